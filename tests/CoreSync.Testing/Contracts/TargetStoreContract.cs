using CoreSync.Application.Accounts;
using CoreSync.Application.Replication;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Trust;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What every store of target cores does.</summary>
public abstract class TargetStoreContract : StoreContract
{
    [Fact]
    public async Task An_added_target_is_found_by_name_and_by_id_with_all_its_facts()
    {
        var target = SomeStored.Target(port: 8443, dial: new DialAddress("::1", 9443));
        target.Meet(SomeStored.OtherCore, SomeStored.Core.Id);
        target.RecordContact(new Contact(ConnectionState.Unreachable, SomeStored.Start, "target.unreachable", "nobody answers"));
        target.RecordSuccess(SomeStored.Start.AddHours(-1));

        await AddAsync(target);

        AssertSame(target, await Store.Targets.FindAsync(target.Address.Fqdn, Token));
        AssertSame(target, await Store.Targets.FindAsync(target.Id, Token));
        Assert.Equal(TrustState.NotReviewed, (await Store.Trust.FindAsync(target.Id, Token))!.State);
    }

    [Fact]
    public async Task An_unknown_target_is_not_found()
    {
        Assert.Null(await Store.Targets.FindAsync(SomeStored.Name("nobody.example.org"), Token));
        Assert.Null(await Store.Targets.FindAsync(new TargetId(Guid.NewGuid()), Token));
    }

    [Fact]
    public async Task A_duplicate_name_is_refused_and_nothing_changes()
    {
        var first = SomeStored.Target("same.example.org");
        await AddAsync(first);
        var second = SomeStored.Target("same.example.org", port: 8443);

        var added = await Store.Targets.AddAsync(second, TrustRecord.New(second.Id, second.Address.Fqdn), Token);

        Assert.True(added.HasError<TargetDuplicateError>());
        AssertSame(first, Assert.Single(await Store.Targets.ListAsync(Token)));
        Assert.Null(await Store.Trust.FindAsync(second.Id, Token));
    }

    [Fact]
    public async Task Targets_are_listed_by_name()
    {
        foreach (var name in (string[])["c.example.org", "a.example.org", "b.example.org"])
            await AddAsync(SomeStored.Target(name));

        Assert.Equal(["a.example.org", "b.example.org", "c.example.org"], (await Store.Targets.ListAsync(Token)).Select(target => target.Address.Fqdn.Ascii));
    }

    [Fact]
    public async Task What_a_person_edits_and_what_the_engine_observes_do_not_overwrite_each_other()
    {
        var added = SomeStored.Target();
        await AddAsync(added);
        var persons = (await Store.Targets.FindAsync(added.Id, Token))!;
        var engines = (await Store.Targets.FindAsync(added.Id, Token))!;

        persons.Enable(false);
        persons.Edit("edited", new DialAddress("localhost", 4443));
        engines.RecordContact(new Contact(ConnectionState.Reachable, SomeStored.Start));
        engines.RecordSuccess(SomeStored.Start);
        await Store.Targets.SaveAsync(persons, Token);
        await Store.Targets.RecordContactAsync(engines, Token);
        await Store.Targets.SaveAsync(persons, Token);

        var stored = (await Store.Targets.FindAsync(added.Id, Token))!;
        Assert.False(stored.IsEnabled);
        Assert.Equal("edited", stored.Description);
        Assert.Equal(new DialAddress("localhost", 4443), stored.Address.Dial);
        Assert.Equal(ConnectionState.Reachable, stored.LastContact.State);
        Assert.Equal(SomeStored.Start, stored.LastSuccess);
    }

    [Fact]
    public async Task A_removed_target_takes_trust_progress_failures_and_credential_with_it_and_leaves_jobs_and_history()
    {
        var target = SomeStored.Target();
        await AddAsync(target);
        await Store.Checkpoints.SaveAsync(target.Id, SomeStored.Queries, new Checkpoint(SomeStored.Core.StoreId, new Sequence(7)), Token);
        var failure = new ItemFailure(new ItemId(Guid.NewGuid()), SomeStored.Queries, ItemOutcomeKind.Rejected, "item.rejected", "no", 1, SomeStored.Start);
        await Store.Checkpoints.SaveFailuresAsync(target.Id, [failure], [], Token);
        await Store.Credentials.SetAsync(new CredentialScope(CredentialKind.Target, target.Id), new Credential("sync", "a long password"), Token);
        var job = await Store.Jobs.EnqueueAsync(SyncJob.Queue(Guid.NewGuid(), target.Id, target.Address.Fqdn, JobTrigger.Manual, SomeStored.Start), Token);
        await Store.Trust.AppendAsync(SomeTrust.Draft(target.Address.Fqdn), Token);

        await Store.Targets.RemoveAsync(target.Id, Token);

        Assert.Empty(await Store.Targets.ListAsync(Token));
        Assert.Null(await Store.Trust.FindAsync(target.Id, Token));
        Assert.Equal(Checkpoint.None, await Store.Checkpoints.FindAsync(target.Id, SomeStored.Queries, Token));
        Assert.Empty(await Store.Checkpoints.FailuresAsync(target.Id, Token));
        Assert.Empty(await Store.Credentials.ListAsync(Token));
        Assert.Equal(target.Address.Fqdn, (await Store.Jobs.FindAsync(job.Id, Token))!.Fqdn);
        Assert.Single(await Store.Trust.HistoryAsync(target.Address.Fqdn, Token));
    }

    [Fact]
    public async Task Saving_a_target_that_was_removed_meanwhile_does_not_bring_it_back()
    {
        var target = SomeStored.Target();
        await AddAsync(target);
        await Store.Targets.RemoveAsync(target.Id, Token);

        await Store.Targets.SaveAsync(target, Token);
        await Store.Targets.RecordContactAsync(target, Token);

        Assert.Empty(await Store.Targets.ListAsync(Token));
    }

    private static void AssertSame(CoreServer expected, CoreServer? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(
            (expected.Id, expected.Address, expected.Description, expected.IsEnabled, expected.AddedAt, expected.KnownCore, expected.LastContact, expected.LastSuccess),
            (actual.Id, actual.Address, actual.Description, actual.IsEnabled, actual.AddedAt, actual.KnownCore, actual.LastContact, actual.LastSuccess));
    }

    private async Task AddAsync(CoreServer target) =>
        Assert.True((await Store.Targets.AddAsync(target, TrustRecord.New(target.Id, target.Address.Fqdn), Token)).IsSuccess);
}

/// <summary>Trust to store.</summary>
public static class SomeTrust
{
    public static PresentedCertificate Certificate(string content = "certificate one") => new()
    {
        Der = SomeStored.Bytes(content),
        Fingerprint = CertificateFingerprint.Of(SomeStored.Bytes(content)),
        Pin = "0A0B",
        Subject = "CN=target.example.org, O=\"Quotes \"\" and ümläute\"",
        Issuer = "CN=somebody",
        Serial = "01FF",
        DnsNames = ["target.example.org", "*.example.org"],
        IpAddresses = ["127.0.0.1", "::1"],
        NotBefore = SomeStored.Start.AddDays(-1),
        NotAfter = SomeStored.Start.AddYears(1),
        KeyAlgorithm = "EC",
        KeyBits = 256,
        SignatureAlgorithm = "sha256ECDSA",
        Version = 3,
        IsAuthority = true,
        Purposes = ["1.3.6.1.5.5.7.3.1"],
        Chain = ChainFindings.SelfSigned | ChainFindings.RevocationUnknown,
        ChainPath = ["CN=target.example.org", "CN=root"],
    };

    public static TrustHistoryDraft Draft(Fqdn target, TrustEventKind kind = TrustEventKind.AuthorisationRefused, DateTimeOffset? at = null) => new(
        at ?? SomeStored.Start, target,
        new TrustEvent(kind, Certificate().Fingerprint, null, [CertificateProblem.SelfSigned, CertificateProblem.NameMismatch]),
        new Application.Actor("ümit", "console"), "because");
}
