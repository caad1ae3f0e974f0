using System.Globalization;
using CoreSync.Application.Verification;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Verification;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>What another core tells about what it holds, over HTTPS. What does not fit the question is no answer of a core.</summary>
internal sealed class HttpInspection(PeerClient peer, string root, CoreAnswer core, string fqdn, bool compress) : IReplicaInspection
{
    public async Task<Result<ReplicaState>> StateAsync(CancellationToken cancellationToken)
    {
        var answer = await peer.GetAsync(root + "/state", WireJson.Tolerant.StateAnswer, cancellationToken).ConfigureAwait(false);
        if (answer.IsFailed)
            return answer.ToResult();
        if (answer.Value.Core != core.Id)
            return Result.Fail(new TargetReplacedError(fqdn, core.Id.ToString(), answer.Value.Core.ToString()));
        var components = new Dictionary<ComponentName, Checkpoint>();
        foreach (var one in answer.Value.Components)
        {
            if (ComponentName.Parse(one.Component) is { IsSuccess: true, Value: var name } && one.Sequence >= 0)
                components[name] = new Checkpoint(one.StoreId, new Sequence(one.Sequence)) { Mark = one.Mark };
        }

        var digests = new List<OriginDigest>();
        foreach (var one in answer.Value.Digests)
        {
            if (ComponentName.Parse(one.Component) is not { IsSuccess: true, Value: var name })
                continue;
            if (one.Items < 0 || !Digest.TryParseSum(one.Sum, out var sum))
                return Wrong("a digest that is none");
            digests.Add(new OriginDigest(name, new CoreId(one.Origin), new Digest(one.Items, sum)));
        }

        var refused = answer.Value.Refused.Select(ComponentName.Parse).Where(name => name.IsSuccess).Select(name => name.Value).ToHashSet();
        return new ReplicaState(new CoreId(answer.Value.Core), components, refused, digests);
    }

    public async Task<Result<IReadOnlyList<RangeDigest>>> RangesAsync(ComponentName component, CoreId origin, IdPrefix within, int digits, CancellationToken cancellationToken)
    {
        var answer = await peer.PostAsync(
            Path(component, "digests"), new RangesRequest(origin.Value, within.Digits, digits), WireJson.Strict.RangesRequest, WireJson.Tolerant.RangesAnswer, cancellationToken).ConfigureAwait(false);
        if (answer.IsFailed)
            return answer.ToResult();
        return InspectionAnswers.Ranges(answer.Value, within, digits) is { } ranges ? Result.Ok(ranges) : Wrong("a range that was not asked for");
    }

    public async Task<Result<IReadOnlyList<DigestEntry>>> EntriesAsync(
        ComponentName component, CoreId origin, IdPrefix within, ItemId? after, CancellationToken cancellationToken)
    {
        var answer = await peer.PostAsync(
            Path(component, "entries"), new EntriesRequest(origin.Value, within.Digits, after?.Value), WireJson.Strict.EntriesRequest, WireJson.Tolerant.EntriesAnswer,
            cancellationToken).ConfigureAwait(false);
        if (answer.IsFailed)
            return answer.ToResult();
        return InspectionAnswers.Entries(answer.Value, within) is { } entries ? Result.Ok(entries) : Wrong("an entry that was not asked for");
    }

    public async Task<Result<IReadOnlyList<HeldItem>>> HeldAsync(ComponentName component, IReadOnlyCollection<ItemId> items, bool documents, CancellationToken cancellationToken)
    {
        var answer = await peer.PostAsync(
            Path(component, "held"), new HeldRequest([.. items.Select(item => item.Value)], documents), WireJson.Strict.HeldRequest, WireJson.Tolerant.HeldAnswer,
            cancellationToken).ConfigureAwait(false);
        if (answer.IsFailed)
            return answer.ToResult();
        var asked = items.ToHashSet();
        var held = new List<HeldItem>();
        foreach (var one in answer.Value.Items)
        {
            if (!asked.Remove(new ItemId(one.Item)) || Held(component, one) is not { } item)
                return Wrong("an item that was not asked for");
            held.Add(item);
        }

        return held;
    }

    public async Task<Result<IReadOnlyList<PlannedItem>>> PlanAsync(ComponentName component, ChangeBatch batch, CancellationToken cancellationToken)
    {
        var frame = BatchFrame.Encode(component, batch, compress);
        if (frame.IsFailed)
            return frame.ToResult();
        var answer = await peer.PostAsync(Path(component, "plan"), frame.Value, Protocol.BatchType, WireJson.Tolerant.PlanAnswer, cancellationToken).ConfigureAwait(false);
        if (answer.IsFailed)
            return answer.ToResult();
        if (answer.Value.Items.Count != batch.Changes.Count)
            return Wrong($"a plan for {answer.Value.Items.Count.ToString(CultureInfo.InvariantCulture)} changes");
        var planned = new List<PlannedItem>(batch.Changes.Count);
        for (var i = 0; i < batch.Changes.Count; i++)
        {
            var one = answer.Value.Items[i];
            if (one.Item != batch.Changes[i].Item.Id.Value || one.Bytes < 0 || !TryName<PlanVerb>(one.Verb, out var verb))
                return Wrong("a plan for another change");
            planned.Add(new PlannedItem(batch.Changes[i].Item.Id, verb, one.Bytes, Short(one.Code), Short(one.Message))
            {
                Name = Short(one.Name),
                Replaces = one.Replaces is { } other ? new ItemId(other) : null,
            });
        }

        return planned;
    }

    public async Task<Result<IReadOnlyList<DamagedItem>>> DamagedAsync(ComponentName component, CoreId origin, CancellationToken cancellationToken)
    {
        var answer = await peer.PostAsync(
            Path(component, "damage"), new DamageRequest(origin.Value), WireJson.Strict.DamageRequest, WireJson.Tolerant.DamageAnswer, cancellationToken).ConfigureAwait(false);
        if (answer.IsFailed)
            return answer.ToResult();
        var damaged = new Dictionary<ItemId, DamagedItem>();
        foreach (var one in answer.Value.Items)
        {
            if (!TryName<FileDamage>(one.Damage, out var damage))
                return Wrong("a damage that is none");
            damaged[new ItemId(one.Item)] = new DamagedItem(new ItemId(one.Item), damage);
        }

        return damaged.Values.ToList();
    }

    private static HeldItem? Held(ComponentName component, HeldItemAnswer told)
    {
        var payloads = new List<Payload>();
        foreach (var one in told.Payloads)
        {
            if (RelativePath.Parse(one.Path) is not { IsSuccess: true, Value: var path } || !ContentHash.TryParse(one.Sha256, out var content))
                return null;
            payloads.Add(new Payload(path, one.Size, content));
        }

        if (!ContentHash.TryParse(told.Sha256, out var hash) || !TryName<ItemKind>(told.Kind, out var kind))
            return null;
        var item = new Item
        {
            Id = new ItemId(told.Item),
            Component = component,
            Kind = kind,
            Name = told.Name,
            Group = told.Group,
            Owner = told.Owner,
            Origin = new CoreId(told.Origin),
            Revision = new Revision(told.Revision),
            MediaType = told.MediaType,
            Hash = hash,
            Size = told.Size,
            ModifiedTicks = told.Modified,
            IsExecutable = told.Executable,
            LinkTarget = told.Link,
            AutoSync = told.AutoSync,
            IsDeleted = told.Deleted,
            IsEdited = told.Edited,
            References = [.. told.References.Select(id => new ItemId(id))],
            Payloads = payloads,
            StartAt = told.StartAt,
        };
        // What another core tells is checked as what it sends is (S6).
        if (item.Revision.Value >= 1L << 62 || item.Validate().IsFailed || told.Document is { } bytes && (bytes.Length != item.Size || ContentHash.Of(bytes) != hash))
            return null;
        ReadOnlyMemory<byte>? document = null;
        if (told.Document is not null)
            document = told.Document;
        return new HeldItem(item, document);
    }

    private static bool TryName<T>(string name, out T value)
        where T : struct, Enum =>
        Enum.TryParse(name, ignoreCase: true, out value) && Enum.IsDefined(value) && !char.IsAsciiDigit(name[0]);

    private string Path(ComponentName component, string what) => $"{root}/components/{component}/{what}";

    private Result Wrong(string what) => Result.Fail(new TargetNotACoreError(fqdn, "it tells of " + what));

    private static string Short(string text) => text.Length <= Protocol.MaxOutcomeText ? text : text[..Protocol.MaxOutcomeText];
}
