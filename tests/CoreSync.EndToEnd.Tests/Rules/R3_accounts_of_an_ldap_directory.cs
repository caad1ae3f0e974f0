using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Application.Targets;
using CoreSync.EndToEnd.Tests.Ldap;
using CoreSync.Errors;
using CoreSync.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>R3: the target checks accounts against an LDAP directory where one is configured; groups, nested ones too, map to rights; nothing falls open.</summary>
public sealed class R3_accounts_of_an_ldap_directory
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_member_of_a_nested_group_synchronises(bool startTls)
    {
        await using var server = await DirectoryServer.StartAsync();
        await using var pair = await LdapPair.CreateAsync(server, startTls);
        var item = await pair.Source.PutAsync("queries", "all devices", "{}");

        await pair.Source.SyncedAsync();

        Assert.Equal("{}", await pair.Target.TextAsync(item));
        var account = await pair.DirectoryOfTarget.FindAsync("SYNC", CancellationToken.None);
        Assert.Equal(("sync", Rights.Edit), (account!.Name, account.Rights));
        // Nothing went over the wire before it was encrypted: the server says how strong each bind was.
        Assert.All(server.Log.Split('\n').Where(line => line.Contains(" BIND dn=", StringComparison.Ordinal) && line.Contains("ssf=", StringComparison.Ordinal)), line =>
            Assert.Contains(" ssf=256", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_member_removed_from_the_group_during_a_sync_is_stopped_within_five_seconds()
    {
        await using var server = await DirectoryServer.StartAsync();
        var target = new PickyTarget { Delay = TimeSpan.FromMilliseconds(1500) };
        await using var pair = await LdapPair.CreateAsync(server, target: target.Install);
        var items = await ManyDocuments.PutAsync(pair.Source, "queries", 12_000);
        var sync = pair.Source.SyncAsync();
        await Eventually.IsTrueAsync(() => Task.FromResult(target.Offered.Count > 2000), "the second batch is under way", 60);

        await server.MemberAsync(DirectoryServer.Editors, DirectoryServer.Team, isIn: false);
        var removedAt = TimeProvider.System.GetTimestamp();
        var job = Assert.Single(await sync);

        Assert.True(TimeProvider.System.GetElapsedTime(removedAt).TotalSeconds < 5, $"stopped after {TimeProvider.System.GetElapsedTime(removedAt)}");
        Assert.Equal((SyncJobState.Blocked, "credentials.rejected"), (job.State, job.ErrorCode));
        var arrived = await ManyDocuments.AssertWholeAsync(pair.Target, "queries", items);
        Assert.InRange(arrived, 1, items.Count - 1);

        target.Delay = TimeSpan.Zero;
        await server.MemberAsync(DirectoryServer.Editors, DirectoryServer.Team, isIn: true);
        await pair.Source.SyncedAsync();
        Assert.Equal(items.Count, await ManyDocuments.AssertWholeAsync(pair.Target, "queries", items));
        Assert.All(target.Offered, offered => Assert.Equal(1, offered.Value));
    }

    [Fact]
    public async Task A_directory_that_is_down_lets_nobody_in_but_built_in_accounts()
    {
        await using var server = await DirectoryServer.StartAsync();
        await using var pair = await LdapPair.CreateAsync(server);
        await pair.Target.AskAsync(new AddAccount("local", Rights.Edit, [], "built in, not outside"));
        await pair.Source.SyncedAsync();
        await server.StopAsync();
        var item = await pair.Source.PutAsync("queries", "all devices", "{}");

        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal("account.directory-unavailable", job.ErrorCode);
        Assert.Equal(Hosting.HostExitCode.Unreachable, Console.CommandLine.JobExitCode.Of(job));
        Assert.Null(await pair.Target.FindAsync(item));
        // A wrong password of a built-in account and an unknown name are answered alike, also now.
        var directory = pair.DirectoryOfTarget;
        var wrong = await directory.AuthenticateAsync("local", "guess", CancellationToken.None);
        var unknown = await directory.AuthenticateAsync("whoever", "guess", CancellationToken.None);
        Assert.True(wrong.HasError<AccountDirectoryUnavailableError>() && unknown.HasError<AccountDirectoryUnavailableError>());
        Assert.Equal(wrong.Errors[0].Message, unknown.Errors[0].Message);

        await pair.Source.TellAsync(new SetCredential(null, false, "local", "built in, not outside"));
        await pair.Source.SyncedAsync();
        Assert.Equal("{}", await pair.Target.TextAsync(item));
        Assert.Single(pair.Target.Log(), line => line.Contains("The account directory cannot be asked", StringComparison.Ordinal));

        await server.ResumeAsync();
        await pair.Source.TellAsync(new SetCredential(null, false, RealCore.Account, RealCore.Password));
        await pair.Source.PutAsync("queries", "more devices", "{}");
        await Eventually.IsTrueAsync(async () => Assert.Single(await pair.Source.SyncAsync()).State == SyncJobState.Succeeded, "the directory is asked again");
        Assert.Contains(pair.Target.Log(), line => line.Contains("answers again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_directory_that_goes_down_during_a_sync_stops_it()
    {
        await using var server = await DirectoryServer.StartAsync();
        var target = new PickyTarget { Delay = TimeSpan.FromMilliseconds(1500) };
        await using var pair = await LdapPair.CreateAsync(server, target: target.Install);
        var items = await ManyDocuments.PutAsync(pair.Source, "queries", 12_000);
        var sync = pair.Source.SyncAsync();
        await Eventually.IsTrueAsync(() => Task.FromResult(target.Offered.Count > 2000), "the second batch is under way", 60);

        await server.StopAsync();
        var stoppedAt = TimeProvider.System.GetTimestamp();
        var job = Assert.Single(await sync);

        Assert.True(TimeProvider.System.GetElapsedTime(stoppedAt).TotalSeconds < 8, $"stopped after {TimeProvider.System.GetElapsedTime(stoppedAt)}");
        Assert.NotEqual(SyncJobState.Succeeded, job.State);
        Assert.InRange(await ManyDocuments.AssertWholeAsync(pair.Target, "queries", items), 1, items.Count - 1);
    }

    [Theory]
    [InlineData(ServerCertificate.Stranger, "unknownIssuer", false)]
    [InlineData(ServerCertificate.Stranger, "unknownIssuer", true)]
    [InlineData(ServerCertificate.Expired, "expired", false)]
    [InlineData(ServerCertificate.Expired, "expired", true)]
    [InlineData(ServerCertificate.OtherName, "nameMismatch", false)]
    [InlineData(ServerCertificate.OtherName, "nameMismatch", true)]
    public async Task A_server_with_another_certificate_gets_no_password(ServerCertificate certificate, string problem, bool startTls)
    {
        await using var server = await DirectoryServer.StartAsync(certificate);
        await using var pair = await LdapPair.CreateAsync(server, startTls);
        await pair.Source.PutAsync("queries", "all devices", "{}");

        var job = Assert.Single(await pair.Source.SyncAsync());
        var steps = await pair.Target.AskAsync(new TestDirectory("sync"));

        Assert.Equal("account.directory-unavailable", job.ErrorCode);
        Assert.Empty(await pair.Target.ListAsync("queries"));
        Assert.DoesNotContain(" BIND ", server.Log, StringComparison.Ordinal);
        var failed = steps.Single(step => step.Verdict == StepVerdict.Failed);
        Assert.Equal("certificate", failed.Step);
        Assert.Contains(problem, Assert.IsType<AccountDirectoryUntrustedError>(failed.Error).Problems, StringComparison.Ordinal);
        Assert.Contains(pair.Target.Log(), line => line.Contains(problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ServerCertificate.Pinned)]
    [InlineData(ServerCertificate.SelfSigned)]
    public async Task The_certificate_of_the_server_itself_may_be_named(ServerCertificate certificate)
    {
        await using var server = await DirectoryServer.StartAsync(certificate);
        await using var pair = await LdapPair.CreateAsync(server);

        Assert.Equal("sync", (await pair.DirectoryOfTarget.AuthenticateAsync("sync", RealCore.Password, CancellationToken.None)).Value.Name);
    }

    [Fact]
    public async Task A_group_that_loses_its_rights_here_stops_its_members()
    {
        await using var server = await DirectoryServer.StartAsync();
        await using var pair = await LdapPair.CreateAsync(server);
        await pair.Source.SyncedAsync();

        await pair.Target.TellAsync(new RemoveDirectoryGroup("cn=EDITORS,ou=groups,dc=example,dc=com"));
        var item = await pair.Source.PutAsync("queries", "all devices", "{}");
        await Eventually.IsTrueAsync(async () => await pair.DirectoryOfTarget.FindAsync("sync", CancellationToken.None) is null, "the rights are gone", 5);

        Assert.Equal("credentials.rejected", Assert.Single(await pair.Source.SyncAsync()).ErrorCode);
        Assert.Null(await pair.Target.FindAsync(item));
    }
}

/// <summary>A source and a target whose accounts are in a directory; the target has no account of its own.</summary>
internal sealed class LdapPair : IAsyncDisposable
{
    private LdapPair(RealCore source, RealCore target)
    {
        Source = source;
        Target = target;
    }

    public RealCore Source { get; }

    public RealCore Target { get; }

    /// <summary>The accounts as the serving target sees them.</summary>
    public IAccountDirectory DirectoryOfTarget => Target.HostServices.GetRequiredService<IAccountDirectory>();

    public static async Task<LdapPair> CreateAsync(DirectoryServer server, bool startTls = false, Action<IServiceCollection>? target = null)
    {
        var pair = new LdapPair(await RealCore.CreateAsync("source.example.net"), await RealCore.CreateAsync("target.example.net", target));
        await server.ConfigureAsync(pair.Target, startTls);
        await pair.Target.ServeAsync();
        var identity = await pair.Target.FingerprintAsync();
        await pair.Source.TellAsync(new SetCredential(null, false, RealCore.Account, RealCore.Password));
        await pair.Source.AskAsync(new AddTargetCore(pair.Target.Name, ConnectTo: pair.Target.Address.ToString(), Fingerprint: identity));
        return pair;
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Target.DisposeAsync();
    }
}
