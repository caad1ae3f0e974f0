using System.CommandLine;
using CoreSync.Application.Cores;
using CoreSync.Console.Output;
using CoreSync.Trust;

namespace CoreSync.Console.CommandLine;

/// <summary>The options that say where a certificate with its key comes from.</summary>
internal sealed class CertificateSourceOptions
{
    private readonly Option<string?> pfx = Symbols.Text("--pfx", "FILE");
    private readonly Option<string[]> pem = new("--pem") { Description = Texts.T("option.pem"), HelpName = "CERT KEY", Arity = new ArgumentArity(2, 2), AllowMultipleArgumentsPerToken = true };
    private readonly Option<bool> password = Symbols.Flag("--password-stdin");
    private readonly Option<string?> fingerprint = Symbols.Text("--store-fingerprint", "FP");
    private readonly Option<string?> subject = Symbols.Text("--store-subject", "NAME");
    private readonly Option<string?> location = Symbols.Choice("--store-location", "current-user", "local-machine");
    private readonly Option<bool> generated = Symbols.Flag("--generated");

    public IEnumerable<Symbol> All => [pfx, pem, password, fingerprint, subject, location, generated];

    /// <summary>The source chosen; null when none was.</summary>
    /// <exception cref="CommandFailure">More than one, or options that do not go together.</exception>
    public OwnCertificateSource? Read(Invocation run)
    {
        var ofMachine = run.Get(location) == "local-machine";
        var secret = run.Get(password) ? Passwords.Read(run, fromInput: true, repeat: false) : null;
        var chosen = new List<OwnCertificateSource>();
        if (run.Get(pfx) is { } file)
            chosen.Add(new PfxSource(Path.GetFullPath(file), secret));
        if (run.Get(pem) is [var certificate, var key])
            chosen.Add(new PemSource(Path.GetFullPath(certificate), Path.GetFullPath(key), secret));
        if (run.Get(fingerprint) is { } text)
        {
            var parsed = CertificateFingerprint.Parse(text);
            CommandFailure.ThrowIfFailed(parsed);
            chosen.Add(new StoreSource(ofMachine, parsed.Value, null));
        }

        if (run.Get(subject) is { } name)
            chosen.Add(new StoreSource(ofMachine, null, name));
        if (run.Get(generated))
            chosen.Add(OwnCertificateSource.Generated);
        if (chosen.Count > 1)
            throw CommandFailure.Usage(Texts.T("identity.use-one"));
        if (secret is not null && chosen is not [PfxSource or PemSource])
            throw CommandFailure.Usage(Texts.T("identity.use-password"));
        return chosen.SingleOrDefault();
    }
}
