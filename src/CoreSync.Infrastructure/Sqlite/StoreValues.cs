using System.Collections.Concurrent;
using System.Text.Json;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Values between the domain and columns. What was checked when it was written is trusted to be well-formed; if it is not, the store is corrupt.</summary>
internal static class StoreValues
{
    // Names of components repeat in every row; there are few.
    private static readonly ConcurrentDictionary<string, ComponentName> ComponentNames = new(StringComparer.Ordinal);

    public static byte[] Bytes(Guid value) => value.ToByteArray(bigEndian: true);

    /// <summary>Many identifiers as one parameter: <c>IN (SELECT unhex(value) FROM json_each(…))</c>.</summary>
    public static string List(IEnumerable<Guid> values) => JsonSerializer.Serialize([.. values.Select(value => Convert.ToHexString(Bytes(value)))], StoreJson.Default.StringArray);

    public static Guid Guid(byte[] bytes) => bytes.Length == 16 ? new Guid(bytes, bigEndian: true) : throw Corrupt("a GUID does not have 16 bytes");

    public static long Ticks(DateTimeOffset value) => value.UtcTicks;

    public static long? Ticks(DateTimeOffset? value) => value?.UtcTicks;

    public static DateTimeOffset Moment(long ticks) => new(ticks, TimeSpan.Zero);

    public static DateTimeOffset? Moment(long? ticks) => ticks is { } value ? Moment(value) : null;

    public static T Enumeration<T>(string name)
        where T : struct, Enum =>
        Enum.TryParse<T>(name, ignoreCase: false, out var value) && Enum.IsDefined(value) ? value : throw Corrupt($"'{name}' is no {typeof(T).Name}");

    public static Fqdn Fqdn(string text) => Valid(Servers.Fqdn.Parse(text));

    public static ComponentName Component(string text) => ComponentNames.TryGetValue(text, out var known) ? known : ComponentNames.GetOrAdd(text, static name => Valid(ComponentName.Parse(name)));

    public static TimeWindow Window(string text) => Valid(TimeWindow.Parse(text));

    public static CoreSyncException Corrupt(string reason, Exception? cause = null) => new(new StoreCorruptError("coresync.db", reason), cause);

    private static T Valid<T>(Result<T> parsed) => parsed.IsSuccess ? parsed.Value : throw Corrupt(parsed.Errors[0].Message);
}
