using CoreSync.Console.CommandLine;

namespace CoreSync.Console;

/// <summary>The <c>coresync</c> command line.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => Shell.RunAsync(args);
}
