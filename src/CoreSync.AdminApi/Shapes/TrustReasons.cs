using CoreSync.Trust;

namespace CoreSync.AdminApi.Shapes;

/// <summary>Why a core is not trusted, in the invariant names of <see cref="TrustReason"/> and <see cref="CertificateProblem"/>; empty when it is.</summary>
internal static class TrustReasons
{
    public static IReadOnlyList<string> Of(TrustRecord record, bool isInCertificateStore)
    {
        var reasons = new List<string>();
        switch (record.State)
        {
            case TrustState.Trusted when isInCertificateStore:
                return reasons;
            case TrustState.Trusted:
                return [Json.Enum(TrustReason.NotInCertificateStore)];
            case TrustState.NotReviewed:
                reasons.Add(Json.Enum(TrustReason.NotReviewed));
                break;
            case TrustState.Declined:
                reasons.Add(Json.Enum(TrustReason.Declined));
                break;
            case TrustState.Changed:
                reasons.Add(Json.Enum(TrustReason.CertificateChanged));
                break;
            case TrustState.ValidationFailed:
                reasons.Add(Json.Enum(TrustReason.NewProblem));
                break;
            case TrustState.Revoked:
                reasons.Add(Json.Enum(TrustReason.TrustRemoved));
                break;
        }

        reasons.AddRange(record.Pending?.Problems.Select(ProblemList.Name) ?? []);
        return reasons;
    }
}
