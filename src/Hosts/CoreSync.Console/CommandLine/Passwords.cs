using System.Text;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.CommandLine;

/// <summary>Reads a password from standard input or a hidden prompt; never from the command line, which other users can read (R2).</summary>
internal static class Passwords
{
    /// <summary>The password.</summary>
    /// <param name="run">The command.</param>
    /// <param name="fromInput">Read the first line of standard input.</param>
    /// <param name="repeat">Ask twice on a terminal, for passwords that are new.</param>
    public static string Read(Invocation run, bool fromInput, bool repeat)
    {
        if (fromInput)
        {
            return System.Console.In.ReadLine() ?? throw CommandFailure.Usage(T("password.input-empty"));
        }

        if (!run.MayAsk)
            throw CommandFailure.Usage(T("password.how"));
        var password = Ask(T("password.prompt"), run.Stop);
        if (repeat && Ask(T("password.repeat"), run.Stop) != password)
            throw CommandFailure.Usage(T("password.differ"));
        return password;
    }

    private static string Ask(string prompt, CancellationToken stop)
    {
        System.Console.Error.Write(prompt + " ");
        var typed = new StringBuilder();
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var key = System.Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    System.Console.Error.WriteLine();
                    return typed.ToString();
                case ConsoleKey.Backspace when typed.Length > 0:
                    typed.Length--;
                    break;
                default:
                    if (!char.IsControl(key.KeyChar))
                        typed.Append(key.KeyChar);
                    break;
            }
        }
    }
}
