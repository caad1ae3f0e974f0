using System.Collections.Concurrent;
using CoreSync.Accounts;
using FluentResults;

namespace CoreSync.Ldap;

/// <summary>Keeps for a moment what the directory told of an account, since it is asked for at every request. Many who ask at once share one question.</summary>
internal sealed class AccountCache(TimeProvider time)
{
    /// <summary>How long an answer is used, counted from when it was asked for.</summary>
    /// <value>2 s, so that a right that was taken away is gone within the five of R7; errors as long, so that a dead server is not asked by everybody.</value>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(2);

    private const int MaxEntries = 1000;

    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    /// <summary>The answer of a moment ago, or of <paramref name="ask"/>.</summary>
    public Task<Result<Account?>> FindAsync(string name, Func<Task<Result<Account?>>> ask, CancellationToken cancellationToken)
    {
        if (entries.Count > MaxEntries)
            entries.Clear();
        var now = time.GetTimestamp();
        var entry = entries.AddOrUpdate(name, _ => new Entry(now, ask), (_, old) => IsFresh(old, now) ? old : new Entry(now, ask));
        return entry.Answer.Value.WaitAsync(cancellationToken);
    }

    /// <summary>A sign-in saw the account newer than any answer kept: its token must not meet an older one.</summary>
    public void Learn(Account account) => entries[account.Name] = new Entry(time.GetTimestamp(), () => Task.FromResult(Result.Ok<Account?>(account)));

    private bool IsFresh(Entry entry, long now) => time.GetElapsedTime(entry.AskedAt, now) < Lifetime || entry.Answer is { IsValueCreated: true, Value.IsCompleted: false };

    private sealed record Entry(long AskedAt, Func<Task<Result<Account?>>> Ask)
    {
        public Lazy<Task<Result<Account?>>> Answer { get; } = new(Ask);
    }
}
