using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Infrastructure.Tls;
using FluentResults;
using Microsoft.Extensions.Logging;

namespace CoreSync.Ldap;

/// <summary>Accounts of an LDAP directory (R3).</summary>
/// <remarks>
/// A sign-in: 1. reach the server and judge its certificate; 2. bind with this core's credential; 3. search the one entry of the name; 4. bind as that entry with the
/// password; 5. walk its groups and add up the rights that they have here. A later request takes all but step 4. Whatever cannot be asked is an error, never an allow.
/// </remarks>
internal sealed class LdapDirectory(
    LdapConfigurations configurations, LdapHandshake handshake, IDirectoryGroupStore groups, CertificateReader reader, TimeProvider time, ILogger<LdapDirectory> logger)
    : IOuterDirectory, IDisposable
{
    private const int MaxNameLength = 256;

    // Calls of libldap block a thread each.
    private readonly SemaphoreSlim places = new(8);
    private readonly AccountCache cache = new(time);
    private int isDown;

    public Task<bool> IsConfiguredAsync(CancellationToken cancellationToken) => configurations.IsSetAsync(cancellationToken);

    public async Task<Result<Account>> AuthenticateAsync(string name, string? password, CancellationToken cancellationToken)
    {
        if (!IsSearchable(name) || password is { Length: 0 } || password?.Contains('\0', StringComparison.Ordinal) == true)
            return Result.Fail(new SignInRefusedError());
        var checkedHere = await AskAsync(
            session =>
            {
                var entry = Search(session, name);
                if (entry is null || password is null || !IsPasswordOf(session, entry, password))
                    return null;
                return AccountOf(session, entry, tellBounds: true);
            },
            cancellationToken).ConfigureAwait(false);
        if (checkedHere.IsFailed)
            return checkedHere.ToResult<Account>();
        if (checkedHere.Value is not { } account)
            return Result.Fail(new SignInRefusedError());
        cache.Learn(account);
        return account;
    }

    public Task<Result<Account?>> FindAsync(string name, CancellationToken cancellationToken) => IsSearchable(name)
        ? cache.FindAsync(name, () => AskAsync(session => Search(session, name) is { } entry ? AccountOf(session, entry, tellBounds: false) : null, CancellationToken.None), cancellationToken)
        : Task.FromResult(Result.Ok<Account?>(null));

    public async Task<IReadOnlyList<ConnectionStep>> TestAsync(string name, string? password, CancellationToken cancellationToken)
    {
        var trace = new TestTrace(password is not null);
        var configuration = await configurations.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (configuration.IsFailed)
            return trace.Failed(configuration.FirstError());
        trace.Pass("settings", $"{configuration.Value.Server}, {(configuration.Value.IsLdaps ? "LDAPS" : "StartTLS")}");
        var reached = await handshake.TryAsync(configuration.Value, trace.Pass, cancellationToken).ConfigureAwait(false);
        if (reached.IsFailed)
            return trace.Failed(reached.FirstError());
        var known = await groups.ListAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await OnThreadAsync(configuration.Value, known, session => Test(session, name, password, trace), cancellationToken).ConfigureAwait(false);
        }
        catch (CoreSyncException ex)
        {
            return trace.Failed(ex.Error);
        }
    }

    public void Dispose() => places.Dispose();

    private static IReadOnlyList<ConnectionStep> Test(Lookup session, string name, string? password, TestTrace trace)
    {
        trace.Pass("bind", session.Configuration.Bind.User);
        var (entries, _) = session.Entries(name);
        if (entries is not [var entry] || LdapEntry.Of(entry, session.Configuration.NameAttribute) is not { } found)
            return trace.Failed(new DirectoryUserUnknownError(name, entries.Count));
        trace.Pass("search", found.Name);
        if (password is not null && !IsPasswordOf(session, found, password))
            return trace.Failed(new SignInRefusedError());
        trace.Pass("password", "");
        var (belongs, isBounded) = session.Groups(found);
        var giving = session.Known.Where(group => belongs.Contains(group.Name)).ToList();
        trace.Pass("groups", $"{belongs.Count}{(isBounded ? " or more" : "")}; with rights here: {(giving.Count == 0 ? "none" : string.Join(" | ", giving.Select(group => group.Name.Text)))}");
        var account = found.ToAccount(giving);
        if (account is null)
            return trace.Failed(new RightsMissingError(found.Account, "view", "this core"));
        trace.Pass("rights", $"{account.Rights}, {(account.Components.Count == 0 ? "all components" : string.Join(", ", account.Components))}");
        return trace.Passed();
    }

    private static bool IsSearchable(string name) => name.Length is > 0 and <= MaxNameLength && !name.Any(char.IsControl) && Account.ParseName(name).IsSuccess;

    // Step 3.
    private LdapEntry? Search(Lookup session, string name)
    {
        var (entries, hasMore) = session.Entries(name);
        if (entries.Count == 0)
            return null;
        if (entries is [var only] && !hasMore && LdapEntry.Of(only, session.Configuration.NameAttribute) is { } entry)
            return entry;
        LdapLog.DirectoryEntryUnusable(logger, entries.Count, PrintableText.Of(name));
        return null;
    }

    // Step 4, on a connection of its own: the first stays this core's.
    private static bool IsPasswordOf(Lookup session, LdapEntry entry, string password)
    {
        using var own = session.Another();
        return own.Bind(entry.Name, password);
    }

    // Step 5.
    private Account? AccountOf(Lookup session, LdapEntry entry, bool tellBounds)
    {
        var (belongs, isBounded) = session.Groups(entry);
        if (isBounded && tellBounds)
            LdapLog.DirectoryGroupsBounded(logger, entry.Account, belongs.Count);
        return entry.ToAccount([.. session.Known.Where(group => belongs.Contains(group.Name))]);
    }

    private async Task<Result<Account?>> AskAsync(Func<Lookup, Account?> ask, CancellationToken cancellationToken)
    {
        var configuration = await configurations.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (configuration.IsFailed)
            return Down(configuration.FirstError());
        var reached = await handshake.TryAsync(configuration.Value, static (_, _) => { }, cancellationToken).ConfigureAwait(false);
        if (reached.IsFailed)
            return Down(reached.FirstError());
        var known = await groups.ListAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var answer = await OnThreadAsync(configuration.Value, known, ask, cancellationToken).ConfigureAwait(false);
            if (Interlocked.Exchange(ref isDown, 0) == 1)
                LdapLog.DirectoryAnswers(logger, configuration.Value.Server);
            return answer;
        }
        catch (CoreSyncException ex)
        {
            return Down(ex.Error);
        }
    }

    private Result<Account?> Down(CoreSyncError error)
    {
        if (Interlocked.Exchange(ref isDown, 1) == 0)
            LdapLog.DirectoryUnavailable(logger, error.Message);
        return Result.Fail(error);
    }

    // Steps 2 and on. A call that hangs in libldap keeps its place and its thread until it ends; who waits for it does not.
    private async Task<T> OnThreadAsync<T>(LdapConfiguration configuration, IReadOnlyList<DirectoryGroup> known, Func<Lookup, T> act, CancellationToken cancellationToken)
    {
        var late = new AccountDirectoryUnavailableError(configuration.Server, $"no answer within {configuration.Timeout.TotalSeconds:0} s");
        if (!await places.WaitAsync(configuration.Timeout, cancellationToken).ConfigureAwait(false))
            throw new CoreSyncException(late);
        var work = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    using var session = Lookup.Open(configuration, known, reader, time);
                    return act(session);
                }
                finally
                {
                    places.Release();
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return await work.WaitAsync(configuration.Timeout * 2, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException ex)
        {
            throw new CoreSyncException(late, ex);
        }
    }
}
