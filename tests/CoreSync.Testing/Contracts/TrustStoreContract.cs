using CoreSync.Errors;
using CoreSync.Trust;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What every store of trust records does.</summary>
public abstract class TrustStoreContract : StoreContract
{
    private static readonly CertificateProblem[] Problems = [CertificateProblem.SelfSigned, CertificateProblem.NameMismatch];

    [Fact]
    public async Task A_saved_record_comes_back_with_every_detail_of_its_certificates()
    {
        var record = await AddAsync();
        Assert.True(record.Authorise(SomeTrust.Certificate(), Problems, SomeTrust.Certificate().Fingerprint, "admin", SomeStored.Start).IsSuccess);
        record.ObserveChange(SomeTrust.Certificate("certificate two") with { Purposes = null, IpAddresses = [] }, [CertificateProblem.Expired], SomeStored.Start.AddHours(1));

        await SaveAsync(record);

        var stored = (await Store.Trust.FindAsync(record.Target, Token))!;
        Assert.Equal(TrustState.Changed, stored.State);
        Assert.Equal(SomeStored.Start.AddHours(1), stored.Since);
        Assert.Null(stored.Authorised);
        Assert.Equal(("admin", SomeStored.Start), (stored.Previous!.By, stored.Previous.At));
        Assert.Equal(Problems, stored.Previous.Problems);
        Assert.Equivalent(SomeTrust.Certificate(), stored.Previous.Certificate, strict: true);
        Assert.Equal(SomeStored.Start.AddHours(1), stored.Pending!.SeenAt);
        Assert.Equal([CertificateProblem.Expired], stored.Pending.Problems);
        Assert.Equivalent(SomeTrust.Certificate("certificate two") with { Purposes = null, IpAddresses = [] }, stored.Pending.Certificate, strict: true);
    }

    [Fact]
    public async Task A_trusted_record_comes_back_trusted_with_exactly_the_bytes_authorised()
    {
        var record = await AddAsync();
        record.Authorise(SomeTrust.Certificate(), Problems, SomeTrust.Certificate().Fingerprint, "admin", SomeStored.Start);

        await SaveAsync(record);

        var stored = Assert.Single(await Store.Trust.ListAsync(Token));
        Assert.Equal(TrustState.Trusted, stored.State);
        Assert.Equal(SomeTrust.Certificate().Der.ToArray(), stored.Authorised!.Certificate.Der.ToArray());
        Assert.Equal(SomeTrust.Certificate().Fingerprint, stored.Authorised.Fingerprint);
    }

    [Fact]
    public async Task Each_save_counts_the_version()
    {
        var record = await AddAsync();

        await SaveAsync(record);
        var once = (await Store.Trust.FindAsync(record.Target, Token))!;
        await SaveAsync(once);

        Assert.Equal(record.Version + 1, once.Version);
        Assert.Equal(record.Version + 2, (await Store.Trust.FindAsync(record.Target, Token))!.Version);
    }

    [Fact]
    public async Task A_save_over_somebody_elses_is_refused_and_nothing_changes()
    {
        var mine = await AddAsync();
        var theirs = (await Store.Trust.FindAsync(mine.Target, Token))!;
        theirs.Decline(SomeStored.Start);
        await SaveAsync(theirs);
        mine.Authorise(SomeTrust.Certificate(), Problems, SomeTrust.Certificate().Fingerprint, "admin", SomeStored.Start);

        var saved = await Store.Trust.SaveAsync(mine, SomeTrust.Draft(mine.Fqdn), Token);

        Assert.True(saved.HasError<TrustConcurrencyError>());
        var stored = (await Store.Trust.FindAsync(mine.Target, Token))!;
        Assert.Equal(TrustState.Declined, stored.State);
        Assert.Null(stored.Authorised);
        Assert.Single(await Store.Trust.HistoryAsync(null, Token));
    }

    [Fact]
    public async Task A_record_of_a_removed_target_is_refused_and_leaves_no_history()
    {
        var record = await AddAsync();
        await Store.Targets.RemoveAsync(record.Target, Token);

        var saved = await Store.Trust.SaveAsync(record, SomeTrust.Draft(record.Fqdn), Token);

        Assert.True(saved.HasError<TargetNotFoundError>());
        Assert.Empty(await Store.Trust.HistoryAsync(null, Token));
    }

    [Fact]
    public async Task The_history_is_numbered_chained_and_complete()
    {
        var one = await AddAsync("one.example.org");
        var two = await AddAsync("two.example.org");
        await SaveAsync(one, TrustEventKind.ReviewRequested);
        await Store.Trust.AppendAsync(SomeTrust.Draft(two.Fqdn), Token);
        await SaveAsync((await Store.Trust.FindAsync(one.Target, Token))!, TrustEventKind.Trusted);

        var all = await Store.Trust.HistoryAsync(null, Token);

        Assert.Equal([1, 2, 3], all.Select(entry => entry.Number));
        Assert.True(TrustHistory.Verify(all).IsSuccess);
        Assert.Equal([TrustEventKind.ReviewRequested, TrustEventKind.Trusted], (await Store.Trust.HistoryAsync(one.Fqdn, Token)).Select(entry => entry.Event.Kind));
        var second = Assert.Single(await Store.Trust.HistoryAsync(two.Fqdn, Token));
        Assert.Equal(("ümit", "console", "because"), (second.By, second.Origin, second.Reason));
        Assert.Equal([CertificateProblem.SelfSigned, CertificateProblem.NameMismatch], second.Event.Problems);
        Assert.Equal(SomeTrust.Certificate().Fingerprint, second.Event.Fingerprint);
    }

    [Fact]
    public async Task Two_writers_at_once_never_break_the_chain()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 5; i++)
                await Store.Trust.AppendAsync(SomeTrust.Draft(SomeStored.Name($"w{writer}.example.org")), Token);
        })));

        var all = await Store.Trust.HistoryAsync(null, Token);

        Assert.Equal(40, all.Count);
        Assert.True(TrustHistory.Verify(all).IsSuccess);
    }

    private async Task<TrustRecord> AddAsync(string name = "target.example.org")
    {
        var target = SomeStored.Target(name);
        Assert.True((await Store.Targets.AddAsync(target, TrustRecord.New(target.Id, target.Address.Fqdn), Token)).IsSuccess);
        return (await Store.Trust.FindAsync(target.Id, Token))!;
    }

    private async Task SaveAsync(TrustRecord record, TrustEventKind kind = TrustEventKind.ReviewRequested) =>
        Assert.True((await Store.Trust.SaveAsync(record, SomeTrust.Draft(record.Fqdn, kind), Token)).IsSuccess);
}
