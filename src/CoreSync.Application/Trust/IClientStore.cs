using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Application.Trust;

/// <summary>Keeps the cores that present their certificate to this one (T13), and tells the trust history about them.</summary>
public interface IClientStore
{
    /// <summary>What is recorded about a core; null when nothing is.</summary>
    Task<ClientEnrolment?> FindAsync(CoreId core, CancellationToken cancellationToken);

    /// <summary>All, by name.</summary>
    Task<IReadOnlyList<ClientEnrolment>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Saves a new or changed one and appends its event to the history in one transaction.</summary>
    /// <returns>Fails with <c>TrustConcurrencyError</c> when its version is not the stored one; nothing changed then.</returns>
    Task<Result> SaveAsync(ClientEnrolment client, TrustHistoryDraft entry, CancellationToken cancellationToken);
}
