using CoreSync.WebConsole.Accounts;
using CoreSync.WebConsole.Components;
using CoreSync.WebConsole.Conflicts;
using CoreSync.WebConsole.Drifts;
using CoreSync.WebConsole.Jobs;
using CoreSync.WebConsole.Logs;
using CoreSync.WebConsole.Overview;
using CoreSync.WebConsole.Settings;
using CoreSync.WebConsole.Shell;
using CoreSync.WebConsole.Targets;
using CoreSync.WebConsole.ThisServer;
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
        ComponentPages.Map(map);
        DriftPages.Map(map);
        ConflictPages.Map(map);
        LogPages.Map(map);
        SettingPages.Map(map);
        AccountPages.Map(map);
        ServerPages.Map(map);
    }
}
