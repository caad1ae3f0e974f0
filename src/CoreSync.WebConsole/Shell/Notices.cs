using CoreSync.Accounts;
using CoreSync.Application.Trust;
using CoreSync.Trust;
using CoreSync.WebConsole.Parts;
using MediatR;

namespace CoreSync.WebConsole.Shell;

/// <summary>What is told at the top of every page until somebody acts.</summary>
/// <param name="Tone">How urgent.</param>
/// <param name="Text">What is so.</param>
/// <param name="Path">The page where something can be done about it; null for none.</param>
/// <param name="Action">What is done there.</param>
public sealed record Notice(Tone Tone, string Text, string? Path, string? Action);

/// <summary>Finds what every page tells: blocked trust and certificates that end soon.</summary>
internal sealed class Notices(IMediator sender, TimeProvider time)
{
    public async Task<IReadOnlyList<Notice>> ForAsync(Viewer viewer, CancellationToken cancellationToken)
    {
        if (!viewer.May(Rights.View))
            return [];
        var found = new List<Notice>();
        var pending = await sender.Send(new ListPendingReviews(), cancellationToken).ConfigureAwait(false);
        if (pending.IsFailed)
            return [new Notice(Tone.Bad, pending.Errors[0].Message, null, null)];
        AddTrust(found, viewer, [.. pending.Value]);
        return found;
    }

    private void AddTrust(List<Notice> found, Viewer viewer, IReadOnlyList<TrustView> pending)
    {
        var changed = pending.Where(view => view.Record.State is TrustState.Changed or TrustState.ValidationFailed).ToList();
        if (changed is [var one])
            found.Add(new Notice(Tone.Bad, viewer.T("notice." + one.Record.State, one.Record.Fqdn.Display), $"targets/{one.Record.Fqdn.Ascii}/review", viewer.T("verb.review")));
        else if (changed.Count > 1)
            found.Add(new Notice(Tone.Bad, viewer.N("notice.blocked", changed.Count), "targets?trust=blocked", viewer.T("notice.show")));
        var waiting = pending.Count(view => view.Record.State == TrustState.NotReviewed);
        if (waiting > 0)
            found.Add(new Notice(Tone.Warn, viewer.N("notice.waiting", waiting), "targets?trust=review", viewer.T("notice.show")));
        _ = time;
    }
}
