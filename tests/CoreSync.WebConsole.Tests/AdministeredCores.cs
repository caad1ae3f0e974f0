using System.Text;
using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Application.Conflicts;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Application.Verification;
using CoreSync.Items;

namespace CoreSync.WebConsole.Tests;

/// <summary>A source that sends to a target where a name is taken and scripts wait for an approval; hostile names everywhere.</summary>
public sealed class AdministeredCores : IAsyncLifetime
{
    internal const string Target = "target.example.net";
    internal const string Markup = "\"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}${alert(3)}";

    /// <summary>A group of the directory of the source.</summary>
    internal static readonly string Group = $"cn={DistinguishedName.EscapeValue(Markup)},ou=Groups,dc=example,dc=net";

    /// <summary>An account of the source that is disabled, and limited to a component.</summary>
    internal const string Limited = "limited";

    internal ConsoleCore Source { get; private set; } = null!;

    internal ConsoleCore Other { get; private set; } = null!;

    /// <summary>The item of the source whose name is taken at the target.</summary>
    internal string Clash { get; private set; } = "";

    /// <summary>The item of the source that waits at the target for an approval.</summary>
    internal string Held { get; private set; } = "";

    /// <summary>An item of the source with two versions, that another one needs.</summary>
    internal string Needed { get; private set; } = "";

    /// <summary>An item of the source that is detached from the target.</summary>
    internal string Detached { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Source = await ConsoleCore.StartAsync("source.example.net");
        Other = await ConsoleCore.StartAsync(Target);
        await Other.AskAsync(new SetComponentPolicy("queries", null, ClashPolicy.Ask));
        await Other.AskAsync(new SetComponentPolicy("scripts", null, null, NeedsApproval: true));
        await Other.AskAsync(new PutItem("queries", Markup, Encoding.UTF8.GetBytes("""{"mine":1,"same":true}""")));
        Clash = (await Source.PutAsync("queries", Markup, """{"theirs":"<script>alert(4)</script>","same":true}""")).Id.ToString();
        Held = (await Source.PutAsync("scripts", "Script " + Markup, "{}")).Id.ToString();
        await Source.PutAsync("alerting", "Alert", """{"level":1}""");
        Needed = (await Source.PutAsync("alerting", "Alert", """{"level":2}""")).Id.ToString();
        await Source.AskAsync(new PutItem("dashboards", "Board", Encoding.UTF8.GetBytes("{}"), References: [Needed], AutoSync: true));
        await Source.TellAsync(new SetCredential(null, false, ConsoleCore.UserOf(Rights.Edit), ConsoleCore.Password));
        await Source.AskAsync(new AddTargetCore(Target, "", ConnectTo: Other.Address.ToString(), Fingerprint: await Other.FingerprintAsync()));
        await Source.AskAsync(new SyncNow([Target], Wait: true));
        Assert.Equal(2, (await Other.AskAsync(new ListConflicts())).Count);
        Detached = (await Source.PutAsync("reports", "Detached " + Markup, "{}")).Id.ToString();
        await Source.AskAsync(new DetachItems(Target, [Detached]));
        await Source.AskAsync(new AddAccount(Limited, Rights.Edit, ["queries"], ConsoleCore.Password));
        await Source.AskAsync(new SetAccountEnabled(Limited, false));
        // Nobody listens there: what is asked of the directory fails, and built-in accounts sign in all the same.
        await Source.AskAsync(new SetSetting("ldap.server", "127.0.0.1:9"));
        await Source.AskAsync(new AddDirectoryGroup(Group, Rights.Edit, ["queries", "reports"]));
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Other.DisposeAsync();
    }
}
