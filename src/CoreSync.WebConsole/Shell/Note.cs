using System.Collections.Concurrent;
using CoreSync.Application;
using CoreSync.Errors;

namespace CoreSync.WebConsole.Shell;

/// <summary>What the next page tells about what was just done.</summary>
/// <param name="Key">Key of the text; null when only an error is told.</param>
/// <param name="Values">What fills it.</param>
/// <param name="Error">What was refused; null when it went well.</param>
/// <param name="Attachment">Something that the next page shows in more detail, such as the steps of a test.</param>
public sealed record Note(string? Key, IReadOnlyList<object?> Values, CoreSyncError? Error = null, object? Attachment = null)
{
    /// <summary>It went well.</summary>
    public static Note Done(string key, params object?[] values) => new(key, values);

    /// <summary>It was refused.</summary>
    public static Note Refused(CoreSyncError error) => new(null, [], error);
}

/// <summary>Hands a note from an act to the page after it, once. The link carries a random id only, so that nobody can make a page say anything.</summary>
internal sealed class NoteBoard(TimeProvider time, IRandomSource random)
{
    private const int Most = 500;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(2);
    private readonly ConcurrentDictionary<Guid, (Note Note, DateTimeOffset Until)> notes = new();

    public string Pin(Note note)
    {
        var now = time.GetUtcNow();
        foreach (var (old, entry) in notes)
        {
            if (entry.Until < now || notes.Count >= Most)
                notes.TryRemove(old, out _);
        }

        var id = random.NewGuid();
        notes[id] = (note, now + Life);
        return id.ToString("N");
    }

    public Note? Take(string? id) => Guid.TryParseExact(id, "N", out var key) && notes.TryRemove(key, out var entry) && entry.Until >= time.GetUtcNow() ? entry.Note : null;
}
