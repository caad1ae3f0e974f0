using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.EndToEnd.Tests.Ldap;
using CoreSync.Errors;
using CoreSync.Infrastructure.Tls;
using CoreSync.Ldap;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>R3: whatever somebody types, the directory is asked for one value of one attribute; no password that is none reaches it.</summary>
public sealed partial class R3_hostile_names_and_passwords
{
    private static readonly string[] Names =
    [
        "*", "s*", "*)(uid=*", "*)(uid=*))(|(uid=*", "sync)(&)", "sync)(|(userPassword=*))", "x)(objectClass=*", "*)(|(objectClass=*", "\\2a", "\\", "sync\\", "(", ")", "&", "|(uid=sync)", "!(uid=x)",
        "sync,ou=people,dc=example,dc=com", "uid=sync,ou=people,dc=example,dc=com", "cn=admin,dc=example,dc=com", "sync+uid=root", "\uff0a", "sync\u200b", "{user}", "{dn}", "<sync>", "\"sync\"", "sync;", "#sync", " ", ".", "%2a", "%00",
    ];

    [Fact]
    public async Task A_name_is_one_value_and_gets_nobody_in()
    {
        await using var server = await DirectoryServer.StartAsync();
        await using var core = await RealCore.CreateAsync("target.example.net");
        await server.ConfigureAsync(core);
        var directory = core.Services.GetRequiredService<IAccountDirectory>();

        // The password of every one of them: only the name keeps them out.
        var answers = await Task.WhenAll(Names.Select(name => directory.AuthenticateAsync(name, RealCore.Password, CancellationToken.None)));

        Assert.All(answers, answer => Assert.True(answer.HasError<SignInRefusedError>(), answer.ToString()));
        Assert.Equal("sync", (await directory.AuthenticateAsync("sync", RealCore.Password, CancellationToken.None)).Value.Name);
        var filters = Filter().Matches(server.Log).Select(match => LdapFilter.Shape(match.Groups[1].Value)).Distinct().ToList();
        Assert.Subset(new HashSet<string?> { "(&(objectClass=)(uid=))", "(member=)", "(|(member=)(member=))", "(objectClass=*)", "(&(objectClass=)(?=undefined))" }, filters.ToHashSet());
        Assert.Contains("(&(objectClass=)(uid=))", filters);
        Assert.Equal([DirectoryServer.BindName, DirectoryServer.User("sync")], BindNames(server).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("\0correct horse battery")]
    [InlineData("correct horse battery\0")]
    [InlineData("correct horse battery\0more")]
    public async Task A_password_that_is_none_never_reaches_the_directory(string password)
    {
        await using var server = await DirectoryServer.StartAsync();
        await using var core = await RealCore.CreateAsync("target.example.net");
        await server.ConfigureAsync(core);

        var answer = await core.Services.GetRequiredService<IAccountDirectory>().AuthenticateAsync("sync", password, CancellationToken.None);

        Assert.True(answer.HasError<SignInRefusedError>());
        Assert.DoesNotContain(DirectoryServer.User("sync"), BindNames(server));
        var configuration = (await core.Services.GetRequiredService<LdapConfigurations>().ReadAsync(CancellationToken.None)).Value;
        using var session = LdapSession.Open(configuration, core.Services.GetRequiredService<CertificateReader>(), TimeProvider.System);
        Assert.False(session.Bind(DirectoryServer.User("sync"), password));
        Assert.False(session.Bind("", RealCore.Password));
    }

    [Fact]
    public async Task The_password_of_a_built_in_account_is_not_sent_to_the_directory()
    {
        await using var server = await DirectoryServer.StartAsync();
        await using var core = await RealCore.CreateAsync("target.example.net");
        await server.ConfigureAsync(core);
        await core.AskAsync(new AddAccount("Root", Rights.View, [], "another password"));
        var directory = core.Services.GetRequiredService<IAccountDirectory>();

        // Of the entry with that name it is right.
        Assert.True((await directory.AuthenticateAsync("root", DirectoryServer.RootPassword, CancellationToken.None)).HasError<SignInRefusedError>());

        Assert.DoesNotContain(DirectoryServer.User("root"), BindNames(server));
        Assert.Equal(Rights.View, (await directory.FindAsync("root", CancellationToken.None))!.Rights);
    }

    [Fact]
    public async Task Somebody_without_a_group_gets_the_answer_of_a_wrong_password()
    {
        await using var server = await DirectoryServer.StartAsync();
        await using var core = await RealCore.CreateAsync("target.example.net");
        await server.ConfigureAsync(core);
        var directory = core.Services.GetRequiredService<IAccountDirectory>();

        var powerless = await directory.AuthenticateAsync("nobody", "password-of-nobody", CancellationToken.None);
        var wrong = await directory.AuthenticateAsync("sync", "a wrong password", CancellationToken.None);

        Assert.True(powerless.HasError<SignInRefusedError>());
        Assert.Equal(wrong.Errors[0].Message, powerless.Errors[0].Message);
    }

    [Fact]
    public async Task A_referral_to_another_server_is_not_followed()
    {
        using var trap = new TcpListener(IPAddress.Loopback, 0);
        trap.Start();
        await using var server = await DirectoryServer.StartAsync(
            more: $"dn: ou=elsewhere,dc=example,dc=com\nobjectClass: referral\nobjectClass: extensibleObject\nou: elsewhere\nref: ldap://127.0.0.1:{((IPEndPoint)trap.LocalEndpoint).Port}/ou=elsewhere,dc=example,dc=com\n");
        await using var core = await RealCore.CreateAsync("target.example.net");
        await server.ConfigureAsync(core);

        Assert.Equal("sync", (await core.Services.GetRequiredService<IAccountDirectory>().AuthenticateAsync("sync", RealCore.Password, CancellationToken.None)).Value.Name);

        Assert.False(trap.Pending());
    }

    // Our own handshake is not the only one that looks: libldap refuses as well.
    [Theory]
    [InlineData(ServerCertificate.Stranger, false)]
    [InlineData(ServerCertificate.Expired, false)]
    [InlineData(ServerCertificate.OtherName, false)]
    [InlineData(ServerCertificate.Stranger, true)]
    [InlineData(ServerCertificate.Expired, true)]
    [InlineData(ServerCertificate.OtherName, true)]
    public async Task The_library_refuses_a_wrong_certificate_by_itself(ServerCertificate certificate, bool startTls)
    {
        await using var server = await DirectoryServer.StartAsync(certificate);
        await using var core = await RealCore.CreateAsync("target.example.net");
        await server.ConfigureAsync(core, startTls);
        var configuration = (await core.Services.GetRequiredService<LdapConfigurations>().ReadAsync(CancellationToken.None)).Value;

        var refused = Assert.Throws<CoreSyncException>(() =>
        {
            using var session = LdapSession.Open(configuration, core.Services.GetRequiredService<CertificateReader>(), TimeProvider.System);
            session.Bind(configuration.Bind.User, configuration.Bind.Password);
        });

        Assert.IsType<AccountDirectoryUnavailableError>(refused.Error);
        Assert.Empty(BindNames(server));
    }

    private static IReadOnlyList<string> BindNames(DirectoryServer server) =>
        [.. BindName().Matches(server.Log).Select(match => match.Groups[1].Value).Distinct()];

    [GeneratedRegex("SRCH base=\"[^\"]*\" scope=\\d deref=\\d filter=\"(.*)\"")]
    private static partial Regex Filter();

    [GeneratedRegex(" BIND dn=\"([^\"]+)\" method=")]
    private static partial Regex BindName();
}
