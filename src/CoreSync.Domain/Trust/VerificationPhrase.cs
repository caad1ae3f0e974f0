using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CoreSync.Trust;

/// <summary>A fingerprint as eight words, for reading it to somebody over the phone.</summary>
/// <remarks>
/// The phrase shows 64 bits of SHA-256 over a label and the fingerprint. Making a second certificate with the phrase of a given one takes about 2^64
/// attempts: enough to notice a mix-up or a casual attacker, not enough to decide. It supplements the comparison of the fingerprint and is never
/// accepted in its place: trust rests on all 256 bits (T7). English and French show the same bits, so both sides translate word by word at the same place
/// of the lists; a phrase is compared with one of the same language.
/// </remarks>
public static class VerificationPhrase
{
    /// <summary>Words in a phrase.</summary>
    /// <value>8, with 8 bits each.</value>
    public const int WordCount = 8;

    // Another use of SHA-256 over a fingerprint can never yield the same words.
    private static readonly byte[] Label = Encoding.ASCII.GetBytes("CoreSync verification phrase v1\0");

    private static readonly string[] English = Load("en");
    private static readonly string[] French = Load("fr");

    /// <summary>The words of <paramref name="fingerprint"/>, joined by hyphens.</summary>
    /// <param name="fingerprint">The fingerprint of the certificate that is compared.</param>
    /// <param name="culture">French for any French culture, English for every other.</param>
    public static string Of(CertificateFingerprint fingerprint, CultureInfo culture)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. Label, .. fingerprint.Bytes], hash);
        var words = Words(culture);
        var chosen = new string[WordCount];
        for (var i = 0; i < WordCount; i++)
            chosen[i] = words[hash[i]];
        return string.Join('-', chosen);
    }

    /// <summary>The 256 words of a language, by the byte that each stands for. Never reordered: phrases would change.</summary>
    public static IReadOnlyList<string> Words(CultureInfo culture) => culture.TwoLetterISOLanguageName == "fr" ? French : English;

    private static string[] Load(string language)
    {
        using var stream = typeof(VerificationPhrase).Assembly.GetManifestResourceStream($"CoreSync.Trust.VerificationWords.{language}.txt")
            ?? throw new InvalidOperationException($"The word list '{language}' is not embedded");
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var words = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Length == 256 ? words : throw new InvalidOperationException($"The word list '{language}' has {words.Length} words");
    }
}
