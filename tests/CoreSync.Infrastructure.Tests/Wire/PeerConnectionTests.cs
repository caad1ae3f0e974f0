using System.Security.Cryptography.X509Certificates;
using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Infrastructure.Accounts;
using CoreSync.Infrastructure.Tests.Tls;
using CoreSync.Infrastructure.Wire;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Infrastructure.Tests.Wire;

/// <summary>The protocol end to end: the real client against the real endpoints over TLS on loopback.</summary>
public sealed class PeerConnectionTests
{
    [Fact]
    public async Task A_batch_arrives_as_it_was_sent()
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        await using var connection = await EnterAsync(host, bench);
        var batch = SomeBatch.Of(bench.Stores.Current.Id, "{\"a\":1}", "{\"b\":2}", new string('x', 5000));

        var state = await connection.OpenAsync(batch.Source, CancellationToken.None);
        var receipt = await connection.ApplyAsync(SomeBatch.Queries, batch, CancellationToken.None);

        Assert.Equal(host.Stores.Current.Id, connection.Core);
        Assert.Equal(host.Stores.Current.Id, state.Value.Core);
        Assert.Equal(new Checkpoint(batch.Source.StoreId, new Sequence(41)), state.Value.Components[SomeBatch.Queries]);
        Assert.Equal(["tasks"], state.Value.Refused.Select(name => name.Value));
        Assert.Equal((new Sequence(3), 3, 0), (receipt.Value.Checkpoint, receipt.Value.Applied, receipt.Value.Skipped));
        var (component, arrived) = Assert.Single(host.Sink.Batches);
        Assert.Equal(SomeBatch.Queries, component);
        BatchFrameTests.AssertSame(batch, arrived);
        Assert.Equal(batch.Source, Assert.Single(host.Sink.Opened));
    }

    [Fact]
    public async Task Exceptions_of_a_receipt_arrive_with_their_reasons()
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        await using var connection = await EnterAsync(host, bench);
        var batch = SomeBatch.Of(bench.Stores.Current.Id, "a", "b", "c");
        host.Sink.Receipt = sent => new BatchReceipt(
            new Sequence(1), 1, 0,
            [
                new ItemOutcome(sent.Changes[1].Item.Id, sent.Changes[1].Sequence, ItemOutcomeKind.ContentMissing, "", ""),
                new ItemOutcome(sent.Changes[2].Item.Id, sent.Changes[2].Sequence, ItemOutcomeKind.Rejected, "path.invalid", new string('m', 9999)),
            ]);

        var receipt = await connection.ApplyAsync(SomeBatch.Queries, batch, CancellationToken.None);

        Assert.Equal([ItemOutcomeKind.ContentMissing, ItemOutcomeKind.Rejected], receipt.Value.Exceptions.Select(one => one.Kind));
        Assert.Equal((batch.Changes[2].Item.Id, "path.invalid", 500), (receipt.Value.Exceptions[1].Item, receipt.Value.Exceptions[1].Code, receipt.Value.Exceptions[1].Message.Length));
    }

    [Fact]
    public async Task A_receipt_that_does_not_add_up_is_refused()
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        await using var connection = await EnterAsync(host, bench);
        host.Sink.Receipt = sent => new BatchReceipt(sent.Last, sent.Changes.Count - 1, 0, []);

        var receipt = await connection.ApplyAsync(SomeBatch.Queries, SomeBatch.Of(bench.Stores.Current.Id, "a", "b"), CancellationToken.None);

        Assert.IsType<TargetNotACoreError>(receipt.FirstError());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    public async Task Content_apart_arrives_from_where_the_target_has_it(int offset)
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        await using var connection = await EnterAsync(host, bench);
        var content = new byte[3_333_333];
        System.Security.Cryptography.RandomNumberGenerator.Fill(content);
        host.Sink.Have = offset;
        var hash = ContentHash.Of(content);

        var have = await connection.HaveContentAsync(SomeBatch.Queries, [hash], CancellationToken.None);
        using var stream = new MemoryStream(content) { Position = have.Value[0] };
        var sent = await connection.SendContentAsync(SomeBatch.Queries, hash, content.Length, have.Value[0], stream, CancellationToken.None);

        Assert.True(sent.IsSuccess);
        var (arrivedHash, size, at, bytes) = Assert.Single(host.Sink.Contents);
        Assert.Equal((hash, content.Length, offset), (arrivedHash, size, at));
        Assert.Equal(content[offset..], bytes);
    }

    [Fact]
    public async Task Content_that_ends_early_at_the_source_is_unstable()
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        await using var connection = await EnterAsync(host, bench);
        using var shortened = new MemoryStream(new byte[500_000]);

        var sent = await connection.SendContentAsync(SomeBatch.Queries, ContentHash.Empty, 1_000_000, 0, shortened, CancellationToken.None);

        Assert.IsType<ContentUnstableError>(sent.FirstError());
        var again = await connection.ApplyAsync(SomeBatch.Queries, SomeBatch.Of(bench.Stores.Current.Id, "still works"), CancellationToken.None);
        Assert.True(again.IsSuccess);
    }

    [Fact]
    public async Task A_refusal_of_large_content_arrives_as_itself()
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        await using var connection = await EnterAsync(host, bench);
        host.Sink.Refusal = new StoreFullError("/secret/path");
        using var content = new MemoryStream(new byte[40_000_000]);

        var sent = await connection.SendContentAsync(SomeBatch.Queries, ContentHash.Empty, content.Length, 0, content, CancellationToken.None);

        var full = Assert.IsType<StoreFullError>(sent.FirstError());
        Assert.Equal(PeerHost.Name, full.Path);
        Assert.True(content.Position < content.Length);
    }

    public static TheoryData<CoreSyncError, Type> Refusals => new()
    {
        { new StaleEpochError("a", 3, 5), typeof(StaleEpochError) },
        { new BatchOutOfOrderError(7, 4), typeof(BatchOutOfOrderError) },
        { new BatchMalformedError("r"), typeof(BatchMalformedError) },
        { new RightsMissingError("sync", "edit", "queries"), typeof(RightsMissingError) },
        { new MassDeleteError("queries", 50, 100, 20), typeof(MassDeleteError) },
        { new ComponentNotReceivedError("queries", "there"), typeof(ComponentNotReceivedError) },
        { new ContentMismatchError("f", "aa", "bb"), typeof(ContentMismatchError) },
        { new StoreUnavailableError("/secret/path is busy"), typeof(PeerFailedError) },
        { new StoreCorruptError("/secret/path", "r"), typeof(PeerFailedError) },
        { new UnexpectedError("/secret/path"), typeof(PeerFailedError) },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task An_error_of_the_target_arrives_typed_and_without_its_secrets(CoreSyncError told, Type heard)
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        await using var connection = await EnterAsync(host, bench);
        host.Sink.Refusal = told;

        var receipt = await connection.ApplyAsync(SomeBatch.Queries, SomeBatch.Of(bench.Stores.Current.Id, "a"), CancellationToken.None);

        var error = receipt.FirstError();
        Assert.IsType(heard, error);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        if (told is StaleEpochError or BatchOutOfOrderError or MassDeleteError or RightsMissingError)
            Assert.Equal(told.Message, error.Message);
    }

    [Fact]
    public async Task A_fault_of_the_target_is_told_without_details()
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        await using var connection = await EnterAsync(host, bench);
        host.Sink.Receipt = _ => throw new InvalidOperationException("secret detail");

        var receipt = await connection.ApplyAsync(SomeBatch.Queries, SomeBatch.Of(bench.Stores.Current.Id, "a"), CancellationToken.None);

        var error = Assert.IsType<PeerFailedError>(receipt.FirstError());
        Assert.Equal("internal.unexpected", error.PeerCode);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_told_as_such()
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        host.AddAccount("sync", "another password");
        var target = Trusted(host, bench);

        var connected = await bench.ConnectAsync(target);

        var error = Assert.IsType<CredentialsRejectedError>(connected.FirstError());
        Assert.Equal((PeerHost.Name, "sync"), (error.Fqdn, error.User));
        Assert.Equal(ConnectionState.AuthenticationRefused, target.LastContact.State);
        Assert.Equal(0, host.Sink.Calls);
    }

    [Fact]
    public async Task Neither_password_nor_token_nor_content_is_logged()
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        const string Secret = "canary-content-2718281828";
        await using (var connection = await EnterAsync(host, bench))
        {
            await connection.ApplyAsync(SomeBatch.Queries, SomeBatch.Of(bench.Stores.Current.Id, Secret), CancellationToken.None);
            host.AddAccount("sync", "something else");
            await connection.ApplyAsync(SomeBatch.Queries, SomeBatch.Of(bench.Stores.Current.Id, Secret), CancellationToken.None);
        }

        var lines = string.Join('\n', host.Log.Lines);
        Assert.Contains("Sign-in of sync from 127.0.0.1 refused", lines, StringComparison.Ordinal);
        Assert.DoesNotContain(TlsBench.Canary, lines, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, lines, StringComparison.Ordinal);
        Assert.DoesNotContain("Bearer ", lines, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_breaks_off_is_not_applied()
    {
        await using var host = await PeerHost.StartAsync();
        host.AddAccount("sync", "p");
        var source = new CoreId(Guid.NewGuid());
        var account = (await ((IAccountStore)host.Stores).FindAsync("sync", CancellationToken.None))!.Value.Account;
        var token = ((AccessTokens)host.Services.GetService(typeof(AccessTokens))!).Issue(account, source);
        var frame = System.Text.Encoding.Latin1.GetString(BatchFrame.Encode(SomeBatch.Queries, SomeBatch.Of(source, "a", "b"), false).Value.Span);

        async Task<string> PostAsync(string body, int length) => await RawHttp.SendAsync(
            host.Port,
            $"POST /coresync/v1/replications/{source}/components/queries/batches HTTP/1.1\r\nHost: {PeerHost.Name}\r\nAuthorization: Bearer {token}\r\n"
            + $"Content-Type: application/vnd.coresync.batch\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}",
            hangUp: body.Length < length);

        Assert.StartsWith("HTTP/1.1 200 ", await PostAsync(frame, frame.Length), StringComparison.Ordinal);
        await PostAsync(frame[..^10], frame.Length);
        Assert.StartsWith("HTTP/1.1 400 ", await PostAsync(frame[..^10], frame.Length - 10), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400 ", await PostAsync(frame + "more", frame.Length + 4), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400 ", await PostAsync("", 0), StringComparison.Ordinal);
        Assert.Single(host.Sink.Batches);
    }

    [Fact]
    public async Task Guessing_is_slowed()
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        host.AddAccount("sync", "another password");
        var target = Trusted(host, bench);

        var last = await bench.ConnectAsync(target);
        for (var i = 0; i < 5; i++)
            last = await bench.ConnectAsync(target);

        Assert.IsType<SignInThrottledError>(last.FirstError());
    }

    [Fact]
    public async Task The_credential_of_a_target_goes_before_the_default()
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        host.AddAccount("special", "special password");
        var target = Trusted(host, bench);
        await bench.Stores.SetAsync(new CredentialScope(CredentialKind.Target, target.Id), new Credential("special", "special password"), CancellationToken.None);

        var connected = await bench.ConnectAsync(target);

        Assert.True(connected.IsSuccess);
        await connected.Value.DisposeAsync();
    }

    [Fact]
    public async Task Another_core_behind_the_name_is_told_and_nothing_is_sent()
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        host.AddAccount("sync", TlsBench.Canary);
        var target = Trusted(host, bench);
        target.AcceptReplacement(new CoreId(Guid.NewGuid()));

        var connected = await bench.ConnectAsync(target);

        Assert.IsType<TargetReplacedError>(connected.FirstError());
        Assert.Equal(ConnectionState.WrongPeer, target.LastContact.State);
        Assert.Equal(0, host.Sink.Calls);
    }

    [Fact]
    public async Task A_core_recognises_itself()
    {
        await using var bench = new TlsBench();
        await using var host = await PeerHost.StartAsync(id: bench.Stores.Current.Id);
        host.AddAccount("sync", TlsBench.Canary);
        var target = Trusted(host, bench);

        var connected = await bench.ConnectAsync(target);

        Assert.IsType<TargetIsSelfError>(connected.FirstError());
    }

    [Fact]
    public async Task An_account_that_changes_during_a_run_signs_in_again_or_stops()
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        await using var connection = await EnterAsync(host, bench);
        var batch = SomeBatch.Of(bench.Stores.Current.Id, "a");

        host.AddAccount("sync", TlsBench.Canary);
        Assert.True((await connection.ApplyAsync(SomeBatch.Queries, batch, CancellationToken.None)).IsSuccess);
        host.AddAccount("sync", TlsBench.Canary);
        using var content = new MemoryStream(new byte[2_000_000]);
        Assert.True((await connection.SendContentAsync(SomeBatch.Queries, ContentHash.Empty, content.Length, 0, content, CancellationToken.None)).IsSuccess);
        Assert.Equal(content.Length, Assert.Single(host.Sink.Contents).Bytes.Length);

        host.AddAccount("sync", TlsBench.Canary, Rights.View);
        Assert.IsType<RightsMissingError>((await connection.ApplyAsync(SomeBatch.Queries, batch, CancellationToken.None)).FirstError());

        await ((IAccountStore)host.Stores).RemoveAsync("sync", CancellationToken.None);
        Assert.IsType<CredentialsRejectedError>((await connection.ApplyAsync(SomeBatch.Queries, batch, CancellationToken.None)).FirstError());
        Assert.Single(host.Sink.Batches);
    }

    [Fact]
    public async Task Cancelling_ends_a_call_and_leaves_the_connection_usable()
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        await using var connection = await EnterAsync(host, bench);
        var batch = SomeBatch.Of(bench.Stores.Current.Id, "a");
        using var cancel = new CancellationTokenSource();
        host.Sink.Pause = async stopped =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, stopped).ContinueWith(_ => { }, TaskScheduler.Default);
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.ApplyAsync(SomeBatch.Queries, batch, cancel.Token));

        host.Sink.Pause = null;
        Assert.True((await connection.ApplyAsync(SomeBatch.Queries, batch, CancellationToken.None)).IsSuccess);
    }

    [Fact]
    public async Task Testing_a_connection_gives_each_step_its_verdict()
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        host.AddAccount("sync", TlsBench.Canary, Rights.View);
        var target = Trusted(host, bench);

        var steps = await bench.Connector.TestAsync(target, CancellationToken.None);

        Assert.Equal(["dns", "tcp", "tls", "certificate", "protocol", "account", "rights", "clock", "space"], steps.Select(step => step.Step));
        Assert.All(steps.Take(6), step => Assert.Equal(StepVerdict.Passed, step.Verdict));
        Assert.Equal(StepVerdict.Failed, steps[6].Verdict);
        Assert.IsType<RightsMissingError>(steps[6].Error);
        Assert.Equal(StepVerdict.Passed, steps[7].Verdict);
        Assert.Equal(0, host.Sink.Calls);
    }

    [Fact]
    public async Task Testing_an_untrusted_connection_stops_at_the_certificate()
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench(hasCredential: false);
        var target = bench.AddTarget(host.Port);

        var steps = await bench.Connector.TestAsync(target, CancellationToken.None);

        Assert.Equal(
            [StepVerdict.Passed, StepVerdict.Passed, StepVerdict.Passed, StepVerdict.Failed, StepVerdict.Skipped, StepVerdict.Skipped, StepVerdict.Skipped, StepVerdict.Skipped, StepVerdict.Skipped],
            steps.Select(step => step.Verdict));
        Assert.IsType<NotReviewedError>(steps[3].Error);
    }

    [Fact]
    public async Task Testing_without_a_credential_tries_what_needs_none()
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench(hasCredential: false);
        var target = Trusted(host, bench);

        var steps = await bench.Connector.TestAsync(target, CancellationToken.None);

        Assert.All(steps.Take(4), step => Assert.Equal(StepVerdict.Passed, step.Verdict));
        Assert.Equal(StepVerdict.Skipped, steps[4].Verdict);
        Assert.IsType<CredentialsMissingError>(steps[5].Error);
    }

    internal static CoreServer Trusted(PeerHost host, TlsBench bench)
    {
        var target = bench.AddTarget(host.Port);
        using var certificate = X509CertificateLoader.LoadCertificate(host.Identity.Describe().Value.Der.Span);
        bench.Trust(target, certificate);
        return target;
    }

    internal static async Task<ITargetConnection> EnterAsync(PeerHost host, TlsBench bench)
    {
        host.AddAccount("sync", TlsBench.Canary);
        var connected = await bench.ConnectAsync(Trusted(host, bench));
        Assert.True(connected.IsSuccess, connected.IsFailed ? connected.FirstError().Message : "");
        return connected.Value;
    }
}
