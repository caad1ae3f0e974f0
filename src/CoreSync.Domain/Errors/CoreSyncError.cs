using System.Globalization;
using FluentResults;

namespace CoreSync.Errors;

/// <summary>An error that a caller can act on: a stable code, a kind, typed values, and a text that names the thing and the next step.</summary>
/// <remarks>All heirs are listed in docs/errors.md. <see cref="Error.Message"/> is the English text; other languages through <see cref="MessageIn"/>.</remarks>
public abstract class CoreSyncError : Error
{
    /// <summary>Creates the error; its texts come from <see cref="ErrorTexts"/> by code.</summary>
    protected CoreSyncError(string code, ErrorKind kind, params (string Name, object Value)[] arguments)
        : base(ErrorTexts.Format(code, arguments, CultureInfo.InvariantCulture))
    {
        Code = code;
        Kind = kind;
        Arguments = arguments;
    }

    /// <summary>Stable, lower-case, <c>slice.what</c>: what scripts and the wire rely on.</summary>
    public string Code { get; }

    /// <summary>What a caller can do about it.</summary>
    public ErrorKind Kind { get; }

    /// <summary>Whether another try can succeed although nobody acts: the kind <see cref="ErrorKind.Unavailable"/>, and a few refusals that time ends.</summary>
    public virtual bool PassesByItself => Kind == ErrorKind.Unavailable;

    /// <summary>The named values of the text, in the order of the constructor.</summary>
    public IReadOnlyList<(string Name, object Value)> Arguments { get; }

    /// <summary>The next step, in English.</summary>
    public string Hint => HintIn(CultureInfo.InvariantCulture);

    /// <summary>The text in the given language; English where there is none.</summary>
    public string MessageIn(CultureInfo culture) => ErrorTexts.Format(Code, Arguments, culture);

    /// <summary>The next step in the given language; English where there is none.</summary>
    public string HintIn(CultureInfo culture) => ErrorTexts.Format(Code + ".hint", Arguments, culture);
}
