using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Settings;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Testing.Tls;

/// <summary>What the transport reads and writes of a store, in memory; tells of every write as another process would see it.</summary>
public sealed class MemoryStores : ITrustStore, ITargetStore, ISettingStore, ICredentialStore, IAccountStore, IClientStore, IStoreMonitor, ILocalCore
{
    private readonly Lock gate = new();
    private readonly Dictionary<TargetId, TrustRecord> records = [];
    private readonly Dictionary<TargetId, CoreServer> targets = [];
    private readonly Dictionary<string, string> settings = [];
    private readonly Dictionary<CredentialScope, Credential> credentials = [];
    private readonly Dictionary<string, (Account Account, string Hash)> accounts = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<CoreId, ClientEnrolment> clients = [];
    private readonly List<TrustHistoryDraft> history = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long version;

    public required LocalCore Current { get; init; }

    /// <summary>Fails every question about trust with this, as a store that cannot be read.</summary>
    public CoreSyncError? Fault { get; set; }

    public IReadOnlyList<TrustHistoryDraft> History
    {
        get
        {
            lock (gate)
                return [.. history];
        }
    }

    public long Version => Interlocked.Read(ref version);

    public async Task WaitForChangeAsync(long seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (version != seen)
                    return;
                wait = changed.Task;
            }

            await wait.WaitAsync(cancellationToken);
        }
    }

    public Task<TrustRecord?> FindAsync(TargetId target, CancellationToken cancellationToken)
    {
        if (Fault is not null)
            throw new CoreSyncException(Fault);
        lock (gate)
            return Task.FromResult(records.TryGetValue(target, out var found) ? Copy(found, found.Version) : null);
    }

    Task<IReadOnlyList<TrustRecord>> ITrustStore.ListAsync(CancellationToken cancellationToken)
    {
        lock (gate)
            return Task.FromResult<IReadOnlyList<TrustRecord>>([.. records.Values]);
    }

    public Task<Result> SaveAsync(TrustRecord record, TrustHistoryDraft entry, CancellationToken cancellationToken)
    {
        Write(() =>
        {
            records[record.Target] = Copy(record, record.Version + 1);
            history.Add(entry);
        });
        return Task.FromResult(Result.Ok());
    }

    public Task AppendAsync(TrustHistoryDraft entry, CancellationToken cancellationToken)
    {
        Write(() => history.Add(entry));
        return Task.CompletedTask;
    }

    public Task<TrustAnchor?> AnchorAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<TrustHistoryEntry>> HistoryAsync(Fqdn? target, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CoreServer?> FindAsync(Fqdn fqdn, CancellationToken cancellationToken)
    {
        lock (gate)
            return Task.FromResult(targets.Values.FirstOrDefault(target => target.Address.Fqdn == fqdn));
    }

    Task<CoreServer?> ITargetStore.FindAsync(TargetId id, CancellationToken cancellationToken)
    {
        lock (gate)
            return Task.FromResult(targets.GetValueOrDefault(id));
    }

    Task<IReadOnlyList<CoreServer>> ITargetStore.ListAsync(CancellationToken cancellationToken)
    {
        lock (gate)
            return Task.FromResult<IReadOnlyList<CoreServer>>([.. targets.Values]);
    }

    public Task<Result> AddAsync(CoreServer target, TrustRecord trust, CancellationToken cancellationToken)
    {
        Write(() =>
        {
            targets[target.Id] = target;
            records[target.Id] = trust;
        });
        return Task.FromResult(Result.Ok());
    }

    public Task SaveAsync(CoreServer target, CancellationToken cancellationToken) => RecordContactAsync(target, cancellationToken);

    public Task RecordContactAsync(CoreServer target, CancellationToken cancellationToken)
    {
        Write(() => targets[target.Id] = target);
        return Task.CompletedTask;
    }

    public Task RemoveAsync(TargetId id, CancellationToken cancellationToken)
    {
        Write(() =>
        {
            targets.Remove(id);
            records.Remove(id);
        });
        return Task.CompletedTask;
    }

    public Task<IReadOnlyDictionary<string, string>> AllAsync(CancellationToken cancellationToken)
    {
        lock (gate)
            return Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>(settings));
    }

    public Task SetAsync(Setting setting, string value, CancellationToken cancellationToken)
    {
        Write(() => settings[setting.Key] = value);
        return Task.CompletedTask;
    }

    public Task<Credential?> FindAsync(CredentialScope scope, CancellationToken cancellationToken)
    {
        lock (gate)
            return Task.FromResult(credentials.GetValueOrDefault(scope));
    }

    Task<IReadOnlyList<(CredentialScope Scope, string User)>> ICredentialStore.ListAsync(CancellationToken cancellationToken)
    {
        lock (gate)
            return Task.FromResult<IReadOnlyList<(CredentialScope, string)>>([.. credentials.Select(one => (one.Key, one.Value.User))]);
    }

    public Task SetAsync(CredentialScope scope, Credential credential, CancellationToken cancellationToken)
    {
        Write(() => credentials[scope] = credential);
        return Task.CompletedTask;
    }

    public Task<bool> ClearAsync(CredentialScope scope, CancellationToken cancellationToken)
    {
        var had = false;
        Write(() => had = credentials.Remove(scope));
        return Task.FromResult(had);
    }

    public Task<Result> AddAsync(Account account, string passwordHash, CancellationToken cancellationToken)
    {
        Write(() => accounts[account.Name] = (account, passwordHash));
        return Task.FromResult(Result.Ok());
    }

    public Task<(Account Account, string PasswordHash)?> FindAsync(string name, CancellationToken cancellationToken)
    {
        lock (gate)
            return Task.FromResult<(Account, string)?>(accounts.TryGetValue(name, out var found) ? found : null);
    }

    Task<IReadOnlyList<Account>> IAccountStore.ListAsync(CancellationToken cancellationToken)
    {
        lock (gate)
            return Task.FromResult<IReadOnlyList<Account>>([.. accounts.Values.Select(one => one.Account)]);
    }

    public Task<Result> SetPasswordAsync(string name, string passwordHash, string stamp, CancellationToken cancellationToken)
    {
        Write(() => accounts[name] = (accounts[name].Account with { Stamp = stamp }, passwordHash));
        return Task.FromResult(Result.Ok());
    }

    public Task<Result> RemoveAsync(string name, CancellationToken cancellationToken)
    {
        Write(() => accounts.Remove(name));
        return Task.FromResult(Result.Ok());
    }

    public Task<ClientEnrolment?> FindAsync(CoreId core, CancellationToken cancellationToken)
    {
        lock (gate)
            return Task.FromResult(clients.TryGetValue(core, out var found) ? found with { Trust = Copy(found.Trust, found.Trust.Version) } : null);
    }

    Task<IReadOnlyList<ClientEnrolment>> IClientStore.ListAsync(CancellationToken cancellationToken)
    {
        lock (gate)
            return Task.FromResult<IReadOnlyList<ClientEnrolment>>([.. clients.Values]);
    }

    public Task<Result> SaveAsync(ClientEnrolment client, TrustHistoryDraft entry, CancellationToken cancellationToken)
    {
        Write(() =>
        {
            clients[client.Core] = client with { Trust = Copy(client.Trust, client.Trust.Version + 1) };
            history.Add(entry);
        });
        return Task.FromResult(Result.Ok());
    }

    private static TrustRecord Copy(TrustRecord record, long version) =>
        TrustRecord.Restore(record.Target, record.Fqdn, record.State, record.Since, record.Authorised, record.Previous, record.Pending, version, record.Announced, record.AnnouncedAt, record.Mode);

    private void Write(Action write)
    {
        TaskCompletionSource tell;
        lock (gate)
        {
            write();
            version++;
            tell = changed;
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        tell.SetResult();
    }
}
