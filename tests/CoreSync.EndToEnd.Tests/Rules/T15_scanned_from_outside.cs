using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;
using CoreSync.Application.Cores;
using CoreSync.Testing;
using CoreSync.Testing.Tls;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>What a scanner finds at a running core: TLS 1.2 and 1.3 with authenticated encryption and forward secrecy alone. <c>tests/long/testssl.sh</c> asks a second one.</summary>
public sealed class T15_scanned_from_outside : IDisposable
{
    private static readonly string[] Modern = ["TLS_AKE_WITH_AES_128_GCM_SHA256", "TLS_AKE_WITH_AES_256_GCM_SHA384", "TLS_AKE_WITH_CHACHA20_POLY1305_SHA256"];

    private readonly TempDirectory files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("EC", "ECDSA")]
    [InlineData("RSA", "RSA")]
    public async Task Nmap_grades_every_suite_A_and_finds_no_other(string key, string signature)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/nmap"), "needs nmap");
        await using var core = await RealCore.CreateAsync("target.example.net");
        if (key == "RSA")
        {
            using var rsa = System.Security.Cryptography.RSA.Create(3072);
            using var certificate = TestCertificates.SelfSigned(core.Name, rsa);
            await core.AskAsync(new UseCertificate(new PfxSource(CertificateFiles.WritePfx(files.At("rsa.pfx"), certificate), null)));
        }

        await core.ServeAsync();

        var found = await ScanAsync(core.Address.Port);

        Assert.Equal(["TLSv1.2", "TLSv1.3"], found.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            [$"TLS_ECDHE_{signature}_WITH_AES_128_GCM_SHA256", $"TLS_ECDHE_{signature}_WITH_AES_256_GCM_SHA384", $"TLS_ECDHE_{signature}_WITH_CHACHA20_POLY1305_SHA256"],
            found["TLSv1.2"].Select(suite => suite.Name).Order(StringComparer.Ordinal));
        Assert.Equal(Modern, found["TLSv1.3"].Select(suite => suite.Name).Order(StringComparer.Ordinal));
        Assert.All(found.Values.SelectMany(suites => suites), suite => Assert.Equal("A", suite.Strength));
    }

    private static async Task<Dictionary<string, List<(string Name, string Strength)>>> ScanAsync(int port)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "/usr/bin/nmap", ["-Pn", "-n", "-p", port.ToString(CultureInfo.InvariantCulture), "--script", "ssl-enum-ciphers", "-oX", "-", "127.0.0.1"])
        { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        // Its document type is never looked at.
        var script = XDocument.Parse(output).Descendants("script").Single(script => script.Attribute("id")?.Value == "ssl-enum-ciphers");
        return script.Elements("table").ToDictionary(
            version => version.Attribute("key")!.Value,
            version => version.Elements("table").Single(table => table.Attribute("key")?.Value == "ciphers").Elements("table")
                .Select(suite => (Element(suite, "name"), Element(suite, "strength"))).ToList());
    }

    private static string Element(XElement table, string key) => table.Elements("elem").Single(element => element.Attribute("key")?.Value == key).Value;
}
