using CoreSync.WebConsole.Jobs;
using CoreSync.WebConsole.Overview;
using CoreSync.WebConsole.Shell;
using CoreSync.WebConsole.Targets;
using CoreSync.WebConsole.Trust;

namespace CoreSync.WebConsole;

/// <summary>The table of contents: every page and act of the console, by slice.</summary>
internal static class ConsolePages
{
    public static void Map(ConsoleMap map)
    {
        ShellPages.Map(map);
        OverviewPages.Map(map);
        TargetPages.Map(map);
        ReviewPages.Map(map);
        JobPages.Map(map);
    }
}
