using CoreSync.Application;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Trust;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What every store of client enrolments and of warnings about the end of certificates does.</summary>
public abstract class ClientStoreContract : StoreContract
{
    private static readonly CoreId Core = new(Guid.NewGuid());

    private IClientStore Clients => Store.Services.GetRequiredService<IClientStore>();

    [Fact]
    public async Task An_enrolment_comes_back_with_every_detail_and_its_history()
    {
        var client = ClientEnrolment.New(Core, SomeStored.Name("source.example.org"), "sync");
        var enrolled = client.Trust.Authorise(SomeTrust.Certificate(), [CertificateProblem.SelfSigned], SomeTrust.Certificate().Fingerprint, "admin", SomeStored.Start).Value;

        Assert.True((await SaveAsync(client, enrolled)).IsSuccess);

        var stored = (await Clients.FindAsync(Core, Token))!;
        Assert.Equal(("sync", TrustState.Trusted, 1L), (stored.Account, stored.Trust.State, stored.Trust.Version));
        Assert.Equivalent(SomeTrust.Certificate(), stored.Trust.Authorised!.Certificate, strict: true);
        Assert.Equal(TrustEventKind.ClientEnrolled, Assert.Single(await Store.Trust.HistoryAsync(null, Token)).Event.Kind);
        Assert.Equal(Core, Assert.Single(await Clients.ListAsync(Token)).Core);
        Assert.Null(await Clients.FindAsync(new CoreId(Guid.NewGuid()), Token));
    }

    [Fact]
    public async Task A_decision_on_an_older_state_is_refused_and_changes_nothing()
    {
        var client = ClientEnrolment.New(Core, SomeStored.Name("source.example.org"), "sync");
        await SaveAsync(client, client.Trust.Review(SomeTrust.Certificate(), [], SomeStored.Start)!);
        var first = (await Clients.FindAsync(Core, Token))!;
        var second = (await Clients.FindAsync(Core, Token))!;

        Assert.True((await SaveAsync(first, first.Trust.Remove(SomeStored.Start))).IsSuccess);
        var late = await SaveAsync(second, second.Trust.Authorise(SomeTrust.Certificate(), [], SomeTrust.Certificate().Fingerprint, "admin", SomeStored.Start).Value);

        Assert.True(late.HasError<TrustConcurrencyError>());
        Assert.Equal(TrustState.Revoked, (await Clients.FindAsync(Core, Token))!.Trust.State);
        Assert.Equal(2, (await Store.Trust.HistoryAsync(null, Token)).Count);
    }

    [Fact]
    public async Task A_warning_is_first_once_per_certificate_and_threshold()
    {
        var warnings = Store.Services.GetRequiredService<IExpiryWarnings>();
        var fingerprint = SomeTrust.Certificate().Fingerprint;

        Assert.True(await warnings.IsFirstAsync(fingerprint, 30, SomeStored.Start, Token));
        Assert.False(await warnings.IsFirstAsync(fingerprint, 30, SomeStored.Start, Token));
        Assert.True(await warnings.IsFirstAsync(fingerprint, 14, SomeStored.Start, Token));
        Assert.True(await warnings.IsFirstAsync(SomeTrust.Certificate("another").Fingerprint, 30, SomeStored.Start, Token));
    }

    private Task<FluentResults.Result> SaveAsync(ClientEnrolment client, TrustEvent what) =>
        Clients.SaveAsync(client, new TrustHistoryDraft(SomeStored.Start, client.Name, ClientEnrolment.Told(what), new Actor("admin", "test"), ""), Token);
}
