using CoreSync.Accounts;
using CoreSync.Application.Health;
using CoreSync.Application.Lists;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Trust;
using CoreSync.WebConsole.Parts;

namespace CoreSync.WebConsole.Shell;

/// <summary>What is told at the top of every page until somebody acts.</summary>
/// <param name="Tone">How urgent.</param>
/// <param name="Text">What is so.</param>
/// <param name="Path">The page where something can be done about it; null for none.</param>
/// <param name="Action">What is done there.</param>
public sealed record Notice(Tone Tone, string Text, string? Path, string? Action);

/// <summary>
/// Finds what every page tells: blocked trust, certificates that wait or end soon, a store that fails. Counted in the store, since it is asked with every page; what takes longer to
/// find comes from the last report on the health of this core.
/// </summary>
internal sealed class Notices(IListPages pages, ITargetStore targets, IHealthBoard health)
{
    private const string ExpiresSoon = "trust.expires-soon";

    public async Task<IReadOnlyList<Notice>> ForAsync(Viewer viewer, CancellationToken cancellationToken)
    {
        if (!viewer.May(Rights.View))
            return [];
        var found = new List<Notice>();
        foreach (var state in new[] { TrustState.Changed, TrustState.ValidationFailed })
        {
            var blocked = await pages.TargetsAsync(new TargetFilter(Trust: state), new PageNumber(1, 1), cancellationToken).ConfigureAwait(false);
            if (blocked.Total == 1 && await targets.FindAsync(blocked.Items[0], cancellationToken).ConfigureAwait(false) is { } one)
                found.Add(new Notice(Tone.Bad, viewer.T("notice." + state, one.Address.Fqdn.Display), $"targets/{one.Address.Fqdn.Ascii}/review", viewer.T("verb.review")));
            else if (blocked.Total > 0)
                found.Add(new Notice(Tone.Bad, viewer.N("notice.blocked", blocked.Total), "targets?trust=" + Viewer.Name(state), viewer.T("notice.show")));
        }

        var waiting = await pages.TargetsAsync(new TargetFilter(Trust: TrustState.NotReviewed), new PageNumber(1, 1), cancellationToken).ConfigureAwait(false);
        if (waiting.Total > 0)
            found.Add(new Notice(Tone.Warn, viewer.N("notice.waiting", waiting.Total), "targets?trust=" + Viewer.Name(TrustState.NotReviewed), viewer.T("notice.show")));
        AddHealth(found, viewer);
        return found;
    }

    private void AddHealth(List<Notice> found, Viewer viewer)
    {
        if (health.Last is not { } report)
            return;
        foreach (var finding in report.Findings.Where(finding => finding is { Severity: HealthSeverity.Failure, Area: HealthArea.Store or HealthArea.Core or HealthArea.Certificate or HealthArea.Listener }).Take(3))
            found.Add(new Notice(Tone.Bad, Sentence(finding.Error, viewer), "", viewer.T("section.Overview")));
        var ending = report.Findings.Count(finding => finding.Error.Code == ExpiresSoon);
        if (ending > 0)
            found.Add(new Notice(Tone.Warn, viewer.N("notice.expiring", ending), "", viewer.T("notice.show")));
    }

    private static string Sentence(CoreSyncError error, Viewer viewer) => $"{error.MessageIn(viewer.Culture)}. {error.HintIn(viewer.Culture)}.";
}
