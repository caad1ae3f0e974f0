using CoreSync.Hosting.Logging;
using Spectre.Console;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Output;

/// <summary>Standard output for data, standard error for everything else, and questions to a person where there is one.</summary>
internal sealed class Terminal(string? color, bool isQuiet)
{
    // A terminal that does not tell its size says 0.
    private const int MinimumWidth = 20;
    private const int UnknownWidth = 120;

    private IAnsiConsole? output;
    private IAnsiConsole? error;

    /// <summary>A person can be asked: input and the questions' output are a terminal.</summary>
    public static bool IsInteractive => !System.Console.IsInputRedirected && !System.Console.IsErrorRedirected;

    /// <summary>Progress bars can be drawn.</summary>
    public bool CanDraw => !isQuiet && !System.Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";

    public IAnsiConsole Output => output ??= Create(System.Console.Out, System.Console.IsOutputRedirected);

    public IAnsiConsole Error => error ??= Create(System.Console.Error, System.Console.IsErrorRedirected);

    /// <summary>Whether a stream gets colours: <c>--color</c>, else <c>NO_COLOR</c> (no-color.org), else only terminals do.</summary>
    public static bool UsesColor(string? color, bool isRedirected) => color switch
    {
        "always" => true,
        "never" => false,
        _ => !isRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb",
    };

    /// <summary>A line of data.</summary>
    public static void Data(string line) => System.Console.Out.WriteLine(line);

    /// <summary>A line for people, on standard error; silent with <c>-q</c> and <c>--json</c>.</summary>
    public void Note(string line)
    {
        if (!isQuiet)
            System.Console.Error.WriteLine(Printable.Line(line));
    }

    /// <summary>A line that belongs to a question: shown whatever <c>-q</c> says.</summary>
    public static void Tell(string line) => System.Console.Error.WriteLine(Printable.Line(line));

    /// <summary>Names and values in two columns; values that span lines stay in their column.</summary>
    public static void Facts(TextWriter writer, IEnumerable<(string Name, string? Value)> facts)
    {
        var shown = facts.Where(fact => fact.Value is not null).ToList();
        var width = shown.Count == 0 ? 0 : shown.Max(fact => fact.Name.Length) + 2;
        foreach (var (name, value) in shown)
        {
            var first = true;
            foreach (var line in value!.Split('\n'))
            {
                writer.WriteLine((first ? name.PadRight(width) : new string(' ', width)) + Printable.Line(line));
                first = false;
            }
        }
    }

    /// <summary>A table of data; plain columns when the output is not a terminal.</summary>
    public void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().Border(System.Console.IsOutputRedirected ? TableBorder.None : TableBorder.Rounded);
        // On a terminal what does not fit is folded; the first column, an id or a name to copy, stays in one piece.
        for (var i = 0; i < columns.Count; i++)
        {
            var column = new TableColumn(new Text(columns[i], new Style(decoration: Decoration.Bold)));
            table.AddColumn(i == 0 || System.Console.IsOutputRedirected ? column.NoWrap() : column);
        }

        foreach (var row in rows)
            table.AddRow(row.Select(cell => new Text(Printable.Line(cell))));
        Output.Write(table);
    }

    /// <summary>Asks on the terminal and reads a line; null at the end of input.</summary>
    public static string? Ask(string question)
    {
        System.Console.Error.Write(question + " ");
        return System.Console.In.ReadLine();
    }

    public static bool AskYesNo(string question) =>
        Ask($"{question} [{T("answer.yes-no")}]")?.Trim().ToUpperInvariant() is "Y" or "YES" or "O" or "OUI";

    private IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        var ansi = UsesColor(color, isRedirected);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi || !isRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb" ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = ansi ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = isRedirected ? InteractionSupport.No : InteractionSupport.Detect,
            Out = new AnsiConsoleOutput(writer),
        });
        // Output to a file or pipe is never folded: scripts read lines.
        if (isRedirected)
            console.Profile.Width = 10000;
        else if (console.Profile.Width < MinimumWidth)
            console.Profile.Width = UnknownWidth;
        return console;
    }
}
