using CoreSync.Servers;

namespace CoreSync.Trust;

/// <summary>A core that presents, or asks to present, its certificate to this one as a client (T13): the same states and acts as a target's, bound to one account.</summary>
/// <param name="Core">The id that it signs in with.</param>
/// <param name="Account">The account that belongs to the certificate: neither is good without the other.</param>
/// <param name="Trust">What was decided about its certificate.</param>
public sealed record ClientEnrolment(CoreId Core, string Account, TrustRecord Trust)
{
    /// <summary>Its name, as its keys file or its certificate tells.</summary>
    public Fqdn Name => Trust.Fqdn;

    /// <summary>Whether its certificate opens the door.</summary>
    public bool IsEnrolled => Trust.State == TrustState.Trusted;

    /// <summary>A core that nobody decided about.</summary>
    public static ClientEnrolment New(CoreId core, Fqdn name, string account) => new(core, account, TrustRecord.New(new TargetId(core.Value), name));

    /// <summary>The same decisions under the name and account that a person gave now.</summary>
    public ClientEnrolment Named(Fqdn name, string account) => new(
        Core, account, TrustRecord.Restore(Trust.Target, name, Trust.State, Trust.Since, Trust.Authorised, Trust.Previous, Trust.Pending, Trust.Version));

    /// <summary>An event of <see cref="Trust"/> as the history tells it of a client.</summary>
    public static TrustEvent Told(TrustEvent what) => what with
    {
        Kind = what.Kind switch
        {
            TrustEventKind.ReviewRequested => TrustEventKind.ClientReviewRequested,
            TrustEventKind.Trusted => TrustEventKind.ClientEnrolled,
            TrustEventKind.Declined or TrustEventKind.TrustRemoved => TrustEventKind.ClientRemoved,
            TrustEventKind.CertificateChanged => TrustEventKind.ClientChanged,
            TrustEventKind.ValidationFailed => TrustEventKind.ClientValidationFailed,
            TrustEventKind.AuthorisationRefused => TrustEventKind.ClientAuthorisationRefused,
            _ => throw new InvalidOperationException($"{what.Kind} is no event of a client"),
        },
    };
}
