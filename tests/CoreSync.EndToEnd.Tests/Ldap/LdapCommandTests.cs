using CoreSync.EndToEnd.Tests.Cli;
using CoreSync.EndToEnd.Tests.Rules;

namespace CoreSync.EndToEnd.Tests.Ldap;

/// <summary>The directory on the command line: set up, tested step by step, with an exit code for each kind of trouble.</summary>
public sealed class LdapCommandTests : IDisposable
{
    private readonly CliSandbox sandbox = new();

    [Fact]
    public async Task A_test_shows_step_by_step_what_works_and_exits_by_what_does_not()
    {
        await using var server = await DirectoryServer.StartAsync();
        var core = await sandbox.Core("core.example.net").InitAsync();
        (await core.RunAsync("ldap", "test", "--user", "sync")).Refuses(2, "account.directory-invalid", "ldap.server");
        await core.DoAsync("settings", "set", "ldap.server", server.Ldaps);
        (await core.RunAsync("ldap", "test", "--user", "sync")).Exits(2);
        await core.DoAsync("settings", "set", "ldap.base-dn", "dc=example,dc=com");
        await core.DoAsync("settings", "set", "ldap.certificates-file", server.CertificatesFile);
        (await core.RunWithInputAsync("wrong password\n", "credential", "set", "--ldap", "--user", DirectoryServer.BindName, "--password-stdin")).Exits(0);
        Assert.Equal("account.directory-bind", Code(await core.RunAsync("ldap", "test", "--user", "sync"), 4));
        (await core.RunWithInputAsync(DirectoryServer.BindPassword + "\n", "credential", "set", "--ldap", "--user", DirectoryServer.BindName, "--password-stdin")).Exits(0);
        Assert.Equal("account.rights-missing", Code(await core.RunAsync("ldap", "test", "--user", "sync"), 4));

        await core.DoAsync("account", "group", "add", "CN=Editors, OU=Groups, DC=example, DC=com", "--rights", "edit", "--components", "queries,tasks");
        var passed = await core.DoAsync("ldap", "test", "--user", "sync");

        Assert.True(passed.GetProperty("passed").GetBoolean());
        Assert.Equal(["settings", "server", "tls", "certificate", "bind", "search", "groups", "rights"], passed.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("step").GetString()));
        Assert.Equal("Edit, queries, tasks", passed.GetProperty("steps")[7].GetProperty("detail").GetString());
        Assert.Equal(0, (await core.RunWithInputAsync(RealCore.Password + "\n", "ldap", "test", "--user", "sync", "--password-stdin")).ExitCode);
        Assert.Equal("account.sign-in-refused", Code(await core.RunWithInputAsync("a wrong password\n", "ldap", "test", "--user", "sync", "--password-stdin"), 4));
        Assert.Equal("account.directory-user-unknown", Code(await core.RunAsync("ldap", "test", "--user", "nobody-at-all"), 5));
        await server.StopAsync();
        Assert.Equal("account.directory-unavailable", Code(await core.RunAsync("ldap", "test", "--user", "sync"), 8));
    }

    [Fact]
    public async Task Another_certificate_exits_six_whatever_the_environment_says()
    {
        await using var server = await DirectoryServer.StartAsync(ServerCertificate.Stranger);
        var core = await sandbox.Core("core.example.net").InitAsync();
        await core.DoAsync("settings", "set", "ldap.server", server.Ldaps);
        await core.DoAsync("settings", "set", "ldap.base-dn", "dc=example,dc=com");
        await core.DoAsync("settings", "set", "ldap.certificates-file", server.CertificatesFile);
        (await core.RunWithInputAsync(DirectoryServer.BindPassword + "\n", "credential", "set", "--ldap", "--user", DirectoryServer.BindName, "--password-stdin")).Exits(0);

        var refused = await sandbox.RunAsync(["--data", core.Data, "--json", "ldap", "test", "--user", "sync"], null, ("LDAPTLS_REQCERT", "never"));

        Assert.Equal("account.directory-untrusted", Code(refused, 6));
        Assert.DoesNotContain(" BIND ", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_are_added_listed_and_removed_in_any_spelling()
    {
        var core = await sandbox.Core("core.example.net").InitAsync();
        (await core.RunAsync("account", "group", "add", "editors", "--rights", "edit")).Refuses(2, "account.group-invalid", "editors");
        await core.DoAsync("account", "group", "add", "cn=Editors,dc=example", "--rights", "edit");
        (await core.RunAsync("account", "group", "add", "CN=editors, DC=example", "--rights", "view")).Refuses(9, "account.group-duplicate", "CN=editors");
        var listed = (await core.DoAsync("account", "group", "list")).GetProperty("items");
        Assert.Equal("edit", Assert.Single(listed.EnumerateArray()).GetProperty("rights").GetString());
        (await core.RunAsync("account", "group", "remove", "cn=others,dc=example")).Refuses(5, "account.group-not-found", "cn=others");
        await core.DoAsync("account", "group", "remove", "CN=EDITORS,dc=example");

        Assert.Equal(0, (await core.DoAsync("account", "group", "list")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Settings_that_could_not_work_are_refused()
    {
        var core = await sandbox.Core("core.example.net").InitAsync();
        foreach (var (key, value) in new[]
        {
            ("ldap.server", "ldap://ldap.example.com"), ("ldap.server", "localhost"), ("ldap.security", "none"), ("ldap.user-filter", "(uid=alice)"), ("ldap.user-filter", "(uid={user}"),
            ("ldap.group-filter", "(member=x)"), ("ldap.base-dn", "example.com"), ("ldap.name-attribute", "uid)(x"), ("ldap.group-depth", "0"), ("ldap.certificates-file", "roots.pem"),
        })
            (await core.RunAsync("settings", "set", key, value)).Refuses(2, "settings.value-invalid", key);
    }

    [Fact]
    public async Task Rights_are_changed_in_place_and_accounts_disabled()
    {
        var core = await sandbox.Core("core.example.net").InitAsync();
        (await core.RunWithInputAsync(RealCore.Password + "\n", "account", "add", "sync", "--rights", "view", "--password-stdin")).Exits(0);

        var changed = await core.DoAsync("account", "set-rights", "sync", "--rights", "edit", "--components", "queries,tasks");
        Assert.Equal("edit", changed.GetProperty("rights").GetString());
        Assert.Equal(2, changed.GetProperty("components").GetArrayLength());
        Assert.Equal(0, (await core.DoAsync("account", "set-rights", "SYNC", "--all-components")).GetProperty("components").GetArrayLength());
        Assert.False((await core.DoAsync("account", "disable", "sync")).GetProperty("enabled").GetBoolean());
        Assert.False((await core.DoAsync("account", "list")).GetProperty("items")[0].GetProperty("enabled").GetBoolean());
        Assert.True((await core.DoAsync("account", "enable", "sync")).GetProperty("enabled").GetBoolean());

        (await core.RunAsync("account", "set-rights", "sync")).Exits(2);
        (await core.RunAsync("account", "set-rights", "sync", "--components", "queries", "--all-components")).Exits(2);
        (await core.RunAsync("account", "set-rights", "sync", "--components", "No Such!")).Refuses(2, "component.name-invalid", "No Such!");
        (await core.RunAsync("account", "set-rights", "missing", "--rights", "edit")).Refuses(5, "account.not-found", "missing");
        (await core.RunAsync("account", "disable", "missing")).Refuses(5, "account.not-found", "missing");
        var account = (await core.DoAsync("account", "list")).GetProperty("items")[0];
        Assert.Equal(("edit", true), (account.GetProperty("rights").GetString(), account.GetProperty("enabled").GetBoolean()));
    }

    public void Dispose() => sandbox.Dispose();

    // The steps are the answer, on standard output; the error follows on the other.
    private static string Code(CliResult result, int exitCode) => result.Exits(exitCode).Code;
}
