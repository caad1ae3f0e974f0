using System.Net;
using System.Net.Sockets;
using CoreSync.Application.Accounts;

namespace CoreSync.Infrastructure.Accounts;

/// <summary>Slows down guessing of passwords (R5): per account and address, and per address; the same for accounts that exist and that do not.</summary>
/// <remarks>
/// An account is never locked as such: guesses from elsewhere do not keep a service out that signs in from its own address. Each attempt counts before it is
/// checked, so that many at once gain nothing; a right password takes its own count back.
/// </remarks>
internal sealed class SignInThrottle(TimeProvider time) : ISignInThrottle
{
    /// <summary>Attempts for one account from one address before waiting begins.</summary>
    public const int FreePerAccount = 5;

    /// <summary>Attempts from one address, for whichever account, before waiting begins.</summary>
    public const int FreePerAddress = 30;

    /// <summary>Most entries kept; the ones idle longest go first.</summary>
    public const int MaxEntries = 20_000;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    /// <summary>Entries kept now.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return entries.Count;
        }
    }

    /// <summary>Counts an attempt, unless it comes too early.</summary>
    /// <returns>How long to wait; null when the attempt may go on.</returns>
    public TimeSpan? Begin(string account, IPAddress address)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            var pair = Find(PairKey(account, address), now);
            var single = Find(AddressKey(address), now);
            var open = pair.OpensAt > single.OpensAt ? pair.OpensAt : single.OpensAt;
            if (open > now)
                return open - now;
            pair.Count(now, FreePerAccount);
            single.Count(now, FreePerAddress);
            return null;
        }
    }

    /// <summary>The password was right: the pair starts anew, the address gets its attempt back.</summary>
    public void Succeeded(string account, IPAddress address)
    {
        lock (gate)
        {
            entries.Remove(PairKey(account, address));
            if (entries.TryGetValue(AddressKey(address), out var single))
                single.TakeBack();
        }
    }

    TimeSpan? ISignInThrottle.Begin(string account, string address) => Begin(account, Parsed(address));

    void ISignInThrottle.Succeeded(string account, string address) => Succeeded(account, Parsed(address));

    // Connections that have no address, such as those of a test server, count as one.
    private static IPAddress Parsed(string address) => IPAddress.TryParse(address, out var parsed) ? parsed : IPAddress.None;

    private Entry Find(string key, DateTimeOffset now)
    {
        if (entries.TryGetValue(key, out var entry) && now - entry.LastAt <= Memory)
            return entry;
        if (entries.Count >= MaxEntries)
            Shrink(now);
        return entries[key] = new Entry { LastAt = now };
    }

    private void Shrink(DateTimeOffset now)
    {
        var oldest = entries.OrderBy(entry => entry.Value.LastAt).ToList();
        foreach (var (key, entry) in oldest)
        {
            if (entries.Count <= MaxEntries * 9 / 10 && now - entry.LastAt <= Memory)
                break;
            entries.Remove(key);
        }
    }

    // Account names are unique whatever their case. The length keeps names with the separator apart.
    private static string PairKey(string account, IPAddress address) => $"{account.Length}:{account.ToUpperInvariant()}@{AddressKey(address)}";

    // Whoever has one IPv6 address has its /64.
    private static string AddressKey(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(plain.GetAddressBytes().AsSpan(0, 8)) + "/64" : plain.ToString();
    }

    private sealed class Entry
    {
        private int attempts;

        public DateTimeOffset OpensAt { get; private set; }

        public DateTimeOffset LastAt { get; set; }

        public void Count(DateTimeOffset now, int free)
        {
            attempts++;
            LastAt = now;
            if (attempts < free)
                return;
            var seconds = Math.Min(LongestWait.TotalSeconds, Math.Pow(2, Math.Min(attempts - free, 20)));
            OpensAt = now + TimeSpan.FromSeconds(seconds);
        }

        public void TakeBack()
        {
            attempts = Math.Max(0, attempts - 1);
            OpensAt = default;
        }
    }
}
