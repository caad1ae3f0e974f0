using CoreSync.Accounts;
using CoreSync.Hosting.OpenIdConnect;
using CoreSync.Testing;
using Microsoft.Extensions.Configuration;

namespace CoreSync.WebConsole.Tests;

/// <summary>The section of the host's configuration: read as a whole, and every fault told at once.</summary>
public sealed class OidcConfigurationTests : IDisposable
{
    private const string Secret = "the secret itself";
    private readonly TempDirectory directory = new();

    [Fact]
    public void Every_fault_is_told_at_once_with_its_key_and_never_with_the_secret()
    {
        var (settings, faults) = Read(
            null, ("Authority", "http://login.example.net"), ("ClientSecret", Secret), ("ClientSecret_FILE", "relative"), ("GroupsClaim", "gro\nups"), ("SessionMinutes", "4"), ("Secrets", Secret),
            ("Rights:View", "staff;staff"), ("Rights:Edit", "staff"), ("Rights:Owner", "boss"), ("CertificatesFile", directory.At("none.pem")));

        Assert.Null(settings);
        Assert.All(
            new[] { "Authority = 'http:", "ClientId = ''", "ClientSecret:", "ClientSecret_FILE = 'relative'", "GroupsClaim", "SessionMinutes = '4'", "Secrets: unknown", "Rights:Edit = 'staff'", "Rights:Owner = 'boss'", "CertificatesFile" },
            key => Assert.Single(faults, fault => fault.StartsWith("CoreSync:Oidc:" + key, StringComparison.Ordinal)));
        Assert.Equal(10, faults.Count);
        Assert.DoesNotContain(faults, fault => fault.Contains(Secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://user@login.example.net")]
    [InlineData("https://login.example.net/?tenant=1")]
    [InlineData("login.example.net")]
    [InlineData("")]
    public void An_authority_is_an_address_with_https_and_nothing_else(string authority) =>
        Assert.Contains("Authority", Assert.Single(Read(WithSecret(), ("Authority", authority), ("ClientId", "core1"), ("Rights:View", "staff")).Faults), StringComparison.Ordinal);

    [Fact]
    public void A_mapping_that_lets_nobody_in_is_a_fault() =>
        Assert.Contains("nobody could sign in", Assert.Single(Read(WithSecret(), ("Authority", "https://login.example.net"), ("ClientId", "core1"), ("Rights:View", " ; ")).Faults), StringComparison.Ordinal);

    [Fact]
    public void The_secret_comes_from_a_credential_too_and_is_not_printed()
    {
        var (settings, faults) = Read(WithSecret(), ("Authority", "https://login.example.net"), ("ClientId", "core1"), ("Rights:View", "staff; help desk"), ("Rights:Trust:0", "a;b"));

        Assert.Empty(faults);
        Assert.Equal(Secret, settings!.ClientSecret);
        Assert.DoesNotContain(Secret, settings.ToString(), StringComparison.Ordinal);
        Assert.Equal(("login.example.net", "groups", "name", TimeSpan.FromHours(1)), (settings.DisplayName, settings.GroupsClaim, settings.NameClaim, settings.SessionLifetime));
        Assert.Equal(["openid", "profile"], settings.Scopes);
        Assert.Equal(Rights.Trust, settings.RightsOf(["staff", "a;b"]));
        Assert.Equal(Rights.View, settings.RightsOf(["help desk"]));
        Assert.Equal(Rights.None, settings.RightsOf(["Staff", "help", ""]));
        Assert.Equal(Rights.None, settings.RightsOf([]));
    }

    [Fact]
    public void Sessions_are_bound_to_provider_and_mapping()
    {
        (string, string)[] usual = [("Authority", "https://login.example.net"), ("ClientId", "core1")];
        var stamps = new[]
        {
            Read(WithSecret(), [.. usual, ("Rights:View", "staff")]),
            Read(WithSecret(), [.. usual, ("Rights:Edit", "staff")]),
            Read(WithSecret(), [.. usual, ("Rights:View", "staff;help")]),
            Read(WithSecret(), [("Authority", "https://other.example.net"), ("ClientId", "core1"), ("Rights:View", "staff")]),
        }.Select(read => read.Settings!.Stamp).ToList();

        Assert.Equal(stamps.Count, stamps.Distinct().Count());
        Assert.Equal(stamps[0], Read(WithSecret(), [.. usual, ("Rights:View", "staff")]).Settings!.Stamp);
    }

    [Fact]
    public void Without_the_section_there_is_no_provider_and_no_fault()
    {
        var (settings, faults) = Read(WithSecret(), ("Authority", ""));

        Assert.Null(settings);
        Assert.Empty(faults);
    }

    private string WithSecret()
    {
        File.WriteAllText(directory.At("coresync.oidc-client-secret"), Secret + "\n");
        return directory.Path;
    }

    private static (OidcSettings? Settings, IReadOnlyList<string> Faults) Read(string? credentials, params (string Key, string Value)[] values)
    {
        var faults = new List<string>();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create("CoreSync:Oidc:" + value.Key, (string?)value.Value))).Build();
        return (OidcConfiguration.Read(configuration.GetSection("CoreSync"), credentials, faults), faults);
    }

    public void Dispose() => directory.Dispose();
}
