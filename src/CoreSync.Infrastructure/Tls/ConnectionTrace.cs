using CoreSync.Errors;

namespace CoreSync.Infrastructure.Tls;

/// <summary>The steps that a connection passed, for <i>test connection</i> (C4).</summary>
internal sealed class ConnectionTrace
{
    private readonly List<(string Step, string Detail)> passed = [];

    /// <summary>The steps of C4, in their order.</summary>
    public static IReadOnlyList<string> Steps { get; } = ["dns", "tcp", "tls", "certificate", "protocol", "account", "rights", "clock", "space"];

    /// <summary>What was passed, in order.</summary>
    public IReadOnlyList<(string Step, string Detail)> Passed => passed;

    /// <summary>Records that a step is good.</summary>
    public void Pass(string step, string detail)
    {
        // A second connection of the same test passes the first steps again.
        if (!passed.Exists(one => one.Step == step))
            passed.Add((step, detail));
    }

    /// <summary>The step at which an error belongs.</summary>
    public static string StepOf(CoreSyncError error) => error switch
    {
        TargetUnresolvedError => "dns",
        TargetUnreachableError => "tcp",
        TargetTimeoutError { Step: "sign-in" } => "account",
        TargetTimeoutError timeout => Steps.Contains(timeout.Step) ? timeout.Step : "protocol",
        TargetNotTlsError or TargetTlsFailedError => "tls",
        { Kind: ErrorKind.NotTrusted } or CertificateStoreUnavailableError => "certificate",
        CredentialsMissingError or CredentialsRejectedError or ClientCertificateRefusedError or SignInThrottledError or SecretUnreadableError
            or AccountDirectoryUnavailableError => "account",
        RightsMissingError => "rights",
        _ => "protocol",
    };
}
