using System.Globalization;
using CoreSync.Accounts;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Infrastructure.Tls;
using CoreSync.Servers;

namespace CoreSync.Infrastructure.Wire;

/// <summary>The nine verdicts of <i>test connection</i> (C4).</summary>
internal static class ConnectionTest
{
    private static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(5);
    private const long MinFreeBytes = 1L << 30;

    /// <summary>Verdicts when a step failed: those before it passed, those after it were not tried.</summary>
    public static IReadOnlyList<ConnectionStep> Failed(ConnectionTrace trace, CoreSyncError error)
    {
        var failed = ConnectionTrace.StepOf(error);
        return
        [
            .. ConnectionTrace.Steps.Select(step =>
                step == failed ? new ConnectionStep(step, StepVerdict.Failed, error.Message, error)
                : trace.Passed.FirstOrDefault(one => one.Step == step) is { Step: not null } good ? new ConnectionStep(step, StepVerdict.Passed, good.Detail)
                : new ConnectionStep(step, StepVerdict.Skipped, "")),
        ];
    }

    /// <summary>Verdicts when the core answered: what it may do there, its clock and its space remain to be judged.</summary>
    public static IReadOnlyList<ConnectionStep> Passed(ConnectionTrace trace, CoreServer other, Fqdn self, CoreAnswer answer, DateTimeOffset now) =>
    [
        .. trace.Passed.Where(one => one.Step != "account").Select(one => new ConnectionStep(one.Step, StepVerdict.Passed, one.Detail)),
        new ConnectionStep("account", StepVerdict.Passed, answer.Account.Name),
        RightsStep(answer.Account, other, self),
        ClockStep(answer.Clock, now),
        SpaceStep(answer.FreeBytes, other.Address.Fqdn.Ascii),
    ];

    private static ConnectionStep RightsStep(AccountAnswer account, CoreServer other, Fqdn self)
    {
        var isSource = other.Direction == SyncDirection.Pull;
        var fqdn = other.Address.Fqdn.Ascii;
        var scope = account.Components.Count == 0 ? "all components" : string.Join(", ", account.Components);
        return Enum.TryParse<Rights>(account.Rights, ignoreCase: true, out var rights) && rights >= (isSource ? Rights.ConsoleAdministrator : Rights.Edit)
            ? new ConnectionStep("rights", StepVerdict.Passed, $"{account.Rights}, {scope}")
            : new ConnectionStep("rights", StepVerdict.Failed, account.Rights, isSource ? RightsMissingError.ForRollup(account.Name, fqdn, self.Ascii) : new RightsMissingError(account.Name, "edit", fqdn));
    }

    private static ConnectionStep ClockStep(DateTimeOffset theirs, DateTimeOffset now)
    {
        var skew = theirs - now;
        var detail = string.Create(CultureInfo.InvariantCulture, $"{skew.TotalSeconds:+0.0;-0.0;0.0} s");
        return new ConnectionStep("clock", skew.Duration() > MaxSkew ? StepVerdict.Warning : StepVerdict.Passed, detail);
    }

    private static ConnectionStep SpaceStep(long free, string fqdn)
    {
        var detail = string.Create(CultureInfo.InvariantCulture, $"{free / (double)(1L << 30):0.0} GiB");
        return free >= MinFreeBytes
            ? new ConnectionStep("space", StepVerdict.Passed, detail)
            : new ConnectionStep("space", StepVerdict.Warning, detail, new StoreFullError(fqdn));
    }
}
