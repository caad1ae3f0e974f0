using System.Globalization;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Trust;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Errors;
using CoreSync.Trust;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Trust;

/// <summary>Asks a person about the certificate of another core. Trust is given by pasting the fingerprint; the software compares, not the eye.</summary>
/// <remarks>
/// Comparing by eye fails often, pasting does not (Dechand et al., USENIX Security 2016; Tan et al., CHI 2017). The word <i>yes</i> alone is no comparison and
/// is not accepted. Whatever ends the dialog without an answer leaves the core as it is: not trusted.
/// </remarks>
internal sealed class TrustDialog(IServiceProvider core, Func<string, string?> ask, Action<string> tell)
{
    private const int Attempts = 3;

    // For the history, which is the same for readers of every language.
    private const string Reason = "fingerprint pasted";

    /// <summary>Shows the certificate that waits, asks, and does what the person answers.</summary>
    /// <param name="fqdn">The core.</param>
    /// <param name="address">How the core is addressed, for the heading.</param>
    /// <param name="view">What is shown.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="CommandFailure">Exit code 6: declined, not answered, or the fingerprint does not match.</exception>
    public async Task<TrustView> RunAsync(string fqdn, string address, TrustView view, CancellationToken stop)
    {
        var certificate = view.Shown ?? throw new CommandFailure(new NotReviewedError(fqdn, "–"));
        Describe(address, view, certificate);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var answer = ask(T("trust.paste"))?.Trim();
            switch (answer?.ToUpperInvariant())
            {
                case null or "":
                    throw new CommandFailure(new NotReviewedError(fqdn, certificate.Fingerprint.ToString()));
                case "NO" or "N" or "NON":
                    await core.AskAsync(new DeclineTrust(fqdn), stop);
                    tell(T("trust.declined", fqdn));
                    throw new CommandFailure(new TrustDeclinedError(fqdn));
                case "YES" or "Y" or "OUI" or "O":
                    tell(T("trust.yes-is-not-enough"));
                    continue;
            }

            var given = CertificateFingerprint.Parse(answer);
            if (given.IsFailed)
            {
                var error = (CoreSyncError)given.Errors[0];
                tell(error.MessageIn(CultureInfo.CurrentUICulture) + ". " + error.HintIn(CultureInfo.CurrentUICulture) + ".");
                continue;
            }

            if (given.Value != certificate.Fingerprint)
            {
                tell(T("trust.does-not-match"));
                tell("  " + T("trust.pasted") + "  " + given.Value);
                tell("  " + T("trust.presented") + "  " + certificate.Fingerprint);
            }
            else
            {
                tell(T("trust.matches"));
            }

            // The core is asked once more: what is authorised is what it presents now, and a refused attempt is in the history (T7, T14).
            var trusted = await core.AskAsync(new TrustTargetCore(fqdn, given.Value.ToString(), Reason), stop);
            tell(T("trust.trusted", fqdn));
            return trusted;
        }

        throw new CommandFailure(new NotReviewedError(fqdn, certificate.Fingerprint.ToString()));
    }

    private void Describe(string address, TrustView view, PresentedCertificate certificate)
    {
        tell("");
        tell(T("trust.heading." + view.Record.State, address));
        var facts = new List<(string, string?)> { (T("field.reasons"), Show.Problems(view.Problems)) };
        facts.AddRange(view.Problems.Select(problem => (T("field.cure"), (string?)$"{Label(problem)}: {ApiTexts.CureOf(problem)}")));
        facts.AddRange(Show.Certificate(certificate));
        if (view.Previous is { } previous && previous.Fingerprint != certificate.Fingerprint)
        {
            facts.Add((T("field.previous"), string.Join('\n', previous.Fingerprint.ToGrid())));
            facts.Add((T("field.key-verdict"), T(view.IsSameKeyAsPrevious == true ? "trust.same-key" : "trust.new-key")));
            if (view.Record.Previous is { } authorised)
                facts.Add((T("field.authorised"), T("trust.authorised-by", authorised.By, Show.Time(authorised.At))));
        }

        var writer = new StringWriter(CultureInfo.InvariantCulture);
        Terminal.Facts(writer, facts);
        foreach (var line in writer.ToString().TrimEnd().Split(Environment.NewLine))
            tell("  " + line);
        tell(T("trust.how-to", view.Record.Fqdn.Ascii));
    }
}
