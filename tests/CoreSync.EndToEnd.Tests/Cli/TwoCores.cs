namespace CoreSync.EndToEnd.Tests.Cli;

/// <summary>A source and a target core, made and set up by the command line alone.</summary>
internal sealed class TwoCores : IAsyncDisposable
{
    public const string Password = "correct horse battery";
    private readonly CliSandbox sandbox;

    private TwoCores(CliSandbox sandbox)
    {
        this.sandbox = sandbox;
        Source = sandbox.Core("source.example.net");
        Target = sandbox.Core("target.example.net");
        Sent = sandbox.Directory("sent", ("readme.txt", "hello"), ("sub/one.txt", "1"), ("sub/two.txt", "2"));
        Received = sandbox.Directory("received");
    }

    public CliCore Source { get; }

    public CliCore Target { get; }

    public string Sent { get; }

    public string Received { get; }

    public ServeProcess Serving { get; private set; } = null!;

    /// <summary>Both cores exist, the target serves; account, credential and files component are set. Nothing is added or trusted.</summary>
    public static async Task<TwoCores> CreateAsync(CliSandbox sandbox, string rights = "edit", string? credential = Password)
    {
        var cores = new TwoCores(sandbox);
        await cores.Source.InitAsync();
        await cores.Target.InitAsync();
        (await cores.Target.RunWithInputAsync(Password + "\n", "account", "add", "sync", "--rights", rights, "--password-stdin")).Exits(0);
        if (credential is not null)
            (await cores.Source.RunWithInputAsync(credential + "\n", "credential", "set", "--user", "sync", "--password-stdin")).Exits(0);
        await cores.Target.DoAsync("component", "add", "files", "docs", "--receive-to", cores.Received, "--on-delete", "delete");
        await cores.Source.DoAsync("component", "add", "files", "docs", cores.Sent);
        cores.Serving = await cores.Target.ServeAsync();
        return cores;
    }

    public Task<CliResult> AddAsync(params string[] more) => Source.RunAsync(["target", "add", Target.Fqdn, "--connect-to", Serving.Address, .. more]);

    public async Task AddTrustedAsync() => (await AddAsync("--fingerprint", await Target.FingerprintAsync())).Exits(0);

    public Task<CliResult> SyncAsync() => Source.RunAsync("sync", "now", "--wait");

    public async Task<(bool Trusted, string State)> TrustAsync()
    {
        var target = await Source.TargetAsync(Target.Fqdn);
        return (target.GetProperty("trusted").GetBoolean(), target.GetProperty("trustState").GetString()!);
    }

    /// <summary>Path and content of everything below a directory.</summary>
    public static IReadOnlyDictionary<string, string> Content(string directory) => Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(directory, file), File.ReadAllText);

    /// <summary>Public certificates in the platform's certificate stores of the sandbox.</summary>
    public int StoredCertificates() =>
        Directory.Exists(StoresDirectory) ? Directory.EnumerateFiles(StoresDirectory, "*", SearchOption.AllDirectories).Count() : 0;

    private string StoresDirectory => Path.Combine(sandbox.Home, ".dotnet", "corefx", "cryptography", "x509stores");

    public async ValueTask DisposeAsync()
    {
        if (Serving is not null)
            await Serving.DisposeAsync();
    }
}
