using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace CoreSync.Testing.Tls;

/// <summary>A real responder of an authority: <c>openssl ocsp</c> on a port of this machine.</summary>
public sealed class OcspResponder : IAsyncDisposable
{
    private readonly Process process;
    private readonly TempDirectory directory;
    private readonly Task drained;
    private int requests;
    private int stopped;

    private OcspResponder(Process process, TempDirectory directory, int port)
    {
        this.process = process;
        this.directory = directory;
        Port = port;
        drained = Task.WhenAll(CountAsync(process.StandardError), CountAsync(process.StandardOutput));
    }

    /// <summary>Why there can be none here; null when there can.</summary>
    public static string? Missing { get; } = File.Exists("/usr/bin/openssl") && File.Exists("/usr/bin/stdbuf") ? null : "needs openssl and stdbuf";

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>What certificates say about it.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");

    /// <summary>Requests answered so far.</summary>
    public int Requests => Volatile.Read(ref requests);

    /// <summary>Starts one.</summary>
    /// <param name="authority">For whose certificates.</param>
    /// <param name="signer">Who signs the answers; usually the authority.</param>
    /// <param name="minutes">How long an answer counts.</param>
    /// <param name="revoked">Serial numbers that are revoked.</param>
    /// <param name="good">Serial numbers that are not.</param>
    public static async Task<OcspResponder> StartAsync(TestAuthority authority, X509Certificate2 signer, int minutes, byte[] revoked, byte[] good)
    {
        var directory = new TempDirectory();
        var lines = revoked.Select(serial => $"R\t491231235959Z\t250101000000Z\t{serial:X2}\tunknown\t/CN=revoked\n").Concat(good.Select(serial => $"V\t491231235959Z\t\t{serial:X2}\tunknown\t/CN=good\n"));
        await File.WriteAllTextAsync(directory.At("index.txt"), string.Concat(lines));
        await File.WriteAllTextAsync(directory.At("index.txt.attr"), "unique_subject = no\n");
        await File.WriteAllTextAsync(directory.At("ca.pem"), authority.Certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(directory.At("signer.pem"), signer.ExportCertificatePem());
        using (var key = signer.GetECDsaPrivateKey()!)
            await File.WriteAllTextAsync(directory.At("signer.key"), key.ExportPkcs8PrivateKeyPem());
        var start = new ProcessStartInfo(
            "/usr/bin/stdbuf",
            [
                // Line by line: what waits in a buffer would be lost with the process.
                "-oL", "/usr/bin/openssl", "ocsp", "-index", directory.At("index.txt"), "-port", "0", "-CA", directory.At("ca.pem"), "-rsigner", directory.At("signer.pem"), "-rkey", directory.At("signer.key"),
                "-nmin", minutes.ToString(CultureInfo.InvariantCulture), "-text",
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        // "ACCEPT [::]:40747 PID=597"
        var port = 0;
        while (port == 0 && await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ACCEPT ", StringComparison.Ordinal))
                port = int.Parse(line.Split(' ')[1].Split(':')[^1], CultureInfo.InvariantCulture);
        }

        return port != 0 ? new OcspResponder(process, directory, port) : throw new InvalidOperationException("openssl ocsp did not start: " + await process.StandardError.ReadToEndAsync());
    }

    private async Task CountAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("OCSP Request Data", StringComparison.Ordinal))
                Interlocked.Increment(ref requests);
        }
    }

    /// <summary>Stops it; once more does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref stopped, 1) == 1)
            return;
        process.Kill();
        await process.WaitForExitAsync();
        await drained;
        process.Dispose();
        directory.Dispose();
    }
}
