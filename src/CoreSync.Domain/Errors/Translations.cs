using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Resources;
using System.Text;
using System.Text.RegularExpressions;

namespace CoreSync.Errors;

/// <summary>
/// English texts in other languages, found by what they say: reasons inside errors, and whole errors that were kept or came over the wire as code and English text. The
/// English pattern is the key (Reasons.fr.resx): other cores and older stores know no other one.
/// </summary>
internal sealed partial class Translations
{
    private const int MaxDepth = 3;
    private const int MaxRemembered = 2000;
    private const int MaxRememberedLength = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);
    private static readonly ResourceManager Reasons = new("CoreSync.Errors.Reasons", typeof(Translations).Assembly);
    private static readonly ConcurrentDictionary<string, Translations> Books = new();

    private readonly Dictionary<string, string> whole = new(StringComparer.Ordinal);
    private readonly List<(TextPattern Pattern, string Template)> patterns = [];

    // A report on thousands of cores says the same few things again and again.
    private readonly ConcurrentDictionary<string, string> remembered = new(StringComparer.Ordinal);

    private Translations(IEnumerable<(string English, string Other)> texts)
    {
        foreach (var (english, other) in texts)
        {
            if (english.Contains('{', StringComparison.Ordinal))
                patterns.Add((new TextPattern(english), other));
            else
                whole.TryAdd(english, other);
        }

        // The pattern that says most itself is tried first.
        patterns.Sort((left, right) => right.Pattern.Literals.CompareTo(left.Pattern.Literals));
    }

    /// <summary>The texts of a language; null for English and for languages that there are none in.</summary>
    public static Translations? Of(CultureInfo culture)
    {
        for (var language = culture; !language.Equals(CultureInfo.InvariantCulture); language = language.Parent)
        {
            if (language.Name == "en")
                return null;
            if (Books.TryGetValue(language.Name, out var book))
                return book;
            if (Reasons.GetResourceSet(language, createIfNotExists: true, tryParents: false) is { } reasons)
                return Books.GetOrAdd(language.Name, new Translations([.. Texts(reasons), .. ErrorTexts.Pairs(language)]));
        }

        return null;
    }

    /// <summary>The text in this language; as it is when nobody translated it.</summary>
    public string In(string english, int depth = 0)
    {
        // A single word inside another text is a name rather than a word.
        if (depth > 0 && !english.Contains(' ', StringComparison.Ordinal))
            return english;
        if (whole.TryGetValue(english, out var known))
            return known;
        if (depth == MaxDepth)
            return english;
        if (depth > 0 || english.Length > MaxRememberedLength)
            return Find(english, depth);
        if (remembered.TryGetValue(english, out var before))
            return before;
        // What others wrote must not fill the memory.
        if (remembered.Count >= MaxRemembered)
            remembered.Clear();
        return remembered[english] = Find(english, depth);
    }

    private string Find(string english, int depth)
    {
        try
        {
            foreach (var (pattern, template) in patterns)
            {
                if (pattern.Match(english) is { } values)
                    return Fill(template, values, depth);
            }
        }
        catch (RegexMatchTimeoutException)
        {
            // Whatever it is, it is shown as it came.
        }

        return english;
    }

    private string Fill(string template, IReadOnlyList<(string Name, string Value)> values, int depth)
    {
        var text = new StringBuilder(template);
        foreach (var (name, value) in values)
            text.Replace("{" + name + "}", In(value, depth + 1));
        return text.ToString();
    }

    private static IEnumerable<(string English, string Other)> Texts(ResourceSet texts) =>
        texts.Cast<DictionaryEntry>().Select(entry => ((string)entry.Key, (string)entry.Value!));

    /// <summary>A text with holes, such as <c>it has {0} characters</c>.</summary>
    internal sealed partial class TextPattern
    {
        private readonly Regex pattern;
        private readonly List<string> names = [];

        public TextPattern(string template)
        {
            var expression = new StringBuilder("^");
            foreach (var part in Hole().Split(template))
            {
                if (part.Length < 3 || part[0] != '{' || part[^1] != '}')
                {
                    expression.Append(Regex.Escape(part));
                    Literals += part.Length;
                }
                else if (names.Contains(part[1..^1]))
                {
                    expression.Append(@"\k<v").Append(part[1..^1]).Append('>');
                }
                else
                {
                    names.Add(part[1..^1]);
                    expression.Append("(?<v").Append(part[1..^1]).Append(">.*?)");
                }
            }

            pattern = new Regex(expression.Append('$').ToString(), RegexOptions.Singleline | RegexOptions.CultureInvariant, Patience);
        }

        /// <summary>How many characters it says itself.</summary>
        public int Literals { get; }

        /// <summary>What fills the holes of a text; null when it is no such text.</summary>
        /// <exception cref="RegexMatchTimeoutException">Nobody writes such a text in good faith.</exception>
        public IReadOnlyList<(string Name, string Value)>? Match(string text)
        {
            var match = pattern.Match(text);
            return match.Success ? [.. names.Select(name => (name, match.Groups["v" + name].Value))] : null;
        }

        [GeneratedRegex(@"(\{[A-Za-z0-9]+\})")]
        private static partial Regex Hole();
    }
}
