using System.Globalization;
using System.Net;
using CoreSync.Errors;
using FluentResults;

namespace CoreSync.Servers;

/// <summary>A fully qualified domain name in its one normal form: ASCII (IDNA), lower case, no trailing dot.</summary>
/// <remarks>Sources: RFC 1123 section 2.1, RFC 5891. Bare host names and IP addresses are refused with the reason (C2).</remarks>
public sealed record Fqdn
{
    private static readonly IdnMapping Idn = new() { AllowUnassigned = false, UseStd3AsciiRules = true };

    private Fqdn(string ascii, string unicode)
    {
        Ascii = ascii;
        Unicode = unicode;
    }

    /// <summary>The form that DNS, SNI and certificates use.</summary>
    public string Ascii { get; }

    /// <summary>The form that people read; equals <see cref="Ascii"/> for names without international labels.</summary>
    public string Unicode { get; }

    /// <summary>Both forms where they differ, so that look-alike letters show: <c>bücher.example (xn--bcher-kva.example)</c>.</summary>
    public string Display => Unicode == Ascii ? Ascii : $"{Unicode} ({Ascii})";

    /// <summary>Parses what a person typed; surrounding white space, case and one trailing dot do not matter.</summary>
    /// <returns>Fails with <see cref="FqdnIsAddressError"/>, <see cref="FqdnNotQualifiedError"/> or <see cref="FqdnInvalidError"/>.</returns>
    public static Result<Fqdn> Parse(string text)
    {
        var name = text.Trim();
        if (name.EndsWith('.'))
            name = name[..^1];
        if (IPAddress.TryParse(name.Trim('[', ']'), out _))
            return Result.Fail(new FqdnIsAddressError(name));
        if (name.Length == 0)
            return Result.Fail(new FqdnInvalidError(text, "it is empty"));

        string ascii, unicode;
        try
        {
            ascii = Idn.GetAscii(name).ToLowerInvariant();
            // Some labels encode but do not decode, or decode to another name: those have no readable form to compare.
            unicode = ascii.Contains("xn--", StringComparison.Ordinal) ? Idn.GetUnicode(ascii) : ascii;
            if (unicode != ascii && Idn.GetAscii(unicode) != ascii)
                return Result.Fail(new FqdnInvalidError(name, "an international label of it is not in its normal form"));
        }
        catch (ArgumentException)
        {
            return Result.Fail(new FqdnInvalidError(name, "it holds characters that no domain name may have"));
        }

        var labels = ascii.Split('.');
        if (ascii.Length > 253)
            return Result.Fail(new FqdnInvalidError(name, "it is longer than 253 characters"));
        foreach (var label in labels)
        {
            if (label.Length is 0 or > 63)
                return Result.Fail(new FqdnInvalidError(name, "each label has 1 to 63 characters"));
            if (label[0] == '-' || label[^1] == '-')
                return Result.Fail(new FqdnInvalidError(name, "a label neither starts nor ends with a hyphen"));
            if (!label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
                return Result.Fail(new FqdnInvalidError(name, "it holds characters that no domain name may have"));
        }

        if (labels.Length < 2)
            return Result.Fail(new FqdnNotQualifiedError(name));
        // All-numeric top labels are IPv4 look-alikes such as 10.0.0 (RFC 3696, section 2).
        if (labels[^1].All(char.IsAsciiDigit))
            return Result.Fail(new FqdnIsAddressError(name));
        return new Fqdn(ascii, unicode);
    }

    /// <inheritdoc/>
    public override string ToString() => Ascii;
}
