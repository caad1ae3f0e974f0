using CoreSync.Errors;
using CoreSync.Jobs;
using FluentResults;

namespace CoreSync.Servers;

/// <summary>Another core in this core's list, a target or a source of a rollup core: its address, its switch, and what is known of the core behind the name (C2, C3, C6).</summary>
/// <remarks>Trust is kept apart in <see cref="Trust.TrustRecord"/>: enabling, editing or disabling never touches it.</remarks>
public sealed class CoreServer
{
    private CoreServer(TargetId id, SyncDirection direction, CoreAddress address, string description, bool enabled, DateTimeOffset addedAt)
    {
        Direction = direction;
        Id = id;
        Address = address;
        Description = description;
        IsEnabled = enabled;
        AddedAt = addedAt;
    }

    /// <summary>The longest description, in characters.</summary>
    public const int MaxDescriptionLength = 500;

    /// <summary>Identity of the list entry.</summary>
    public TargetId Id { get; }

    /// <summary>Whether this core sends to it, or collects from it. Never changes.</summary>
    public SyncDirection Direction { get; }

    /// <summary>Name, port and dial address.</summary>
    public CoreAddress Address { get; private set; }

    /// <summary>Free text; empty when none.</summary>
    public string Description { get; private set; }

    /// <summary><i>Synchronise with this core</i>.</summary>
    public bool IsEnabled { get; private set; }

    /// <summary>When, what and how fast it is synchronised.</summary>
    public TargetRules Rules { get; private set; } = TargetRules.Default;

    /// <summary>When the entry was made.</summary>
    public DateTimeOffset AddedAt { get; }

    /// <summary>The id that the core gave at the first trusted contact; null before.</summary>
    public CoreId? KnownCore { get; private set; }

    /// <summary>How the last attempt to reach it ended, and when; the error code when it failed.</summary>
    public Contact LastContact { get; private set; } = Contact.None;

    /// <summary>When the last job that left nothing waiting ended; null when none did.</summary>
    public DateTimeOffset? LastSuccess { get; private set; }

    /// <summary>Makes a new entry.</summary>
    /// <returns>Fails with <see cref="TargetIsSelfError"/> or <see cref="UsageInvalidError"/> (description too long).</returns>
    public static Result<CoreServer> Add(
        TargetId id, CoreAddress address, Fqdn self, string description, bool enabled, DateTimeOffset now, SyncDirection direction = SyncDirection.Push)
    {
        if (address.Fqdn == self)
            return Result.Fail(new TargetIsSelfError(address.Fqdn.Ascii));
        if (description.Length > MaxDescriptionLength)
            return Result.Fail(new UsageInvalidError($"A description has at most {MaxDescriptionLength} characters"));
        return new CoreServer(id, direction, address, description, enabled, now);
    }

    /// <summary>Rebuilds an entry from its stored form.</summary>
    public static CoreServer Restore(
        TargetId id, CoreAddress address, string description, bool enabled, DateTimeOffset addedAt, CoreId? knownCore, Contact lastContact, DateTimeOffset? lastSuccess,
        TargetRules? rules = null, SyncDirection direction = SyncDirection.Push) =>
        new(id, direction, address, description, enabled, addedAt) { KnownCore = knownCore, LastContact = lastContact, LastSuccess = lastSuccess, Rules = rules ?? TargetRules.Default };

    /// <summary>Switches synchronisation with this core on or off; trust, flags and progress stay (C3).</summary>
    public void Enable(bool enabled) => IsEnabled = enabled;

    /// <summary>Changes when, what and how fast it is synchronised; checked before by the parsers of their parts.</summary>
    public void Follow(TargetRules rules) => Rules = rules;

    /// <summary>Nothing goes there on its own until then; null until somebody resumes it.</summary>
    public void Pause(DateTimeOffset? until) => Rules = Rules with { PausedUntil = until ?? DateTimeOffset.MaxValue };

    /// <summary>Ends a pause.</summary>
    public void Resume() => Rules = Rules with { PausedUntil = null };

    /// <summary>Changes the description and where to dial; null leaves a value as it is.</summary>
    /// <returns>Fails with <see cref="UsageInvalidError"/>; nothing changed then.</returns>
    public Result Edit(string? description, DialAddress? dial)
    {
        if (description?.Length > MaxDescriptionLength)
            return Result.Fail(new UsageInvalidError($"A description has at most {MaxDescriptionLength} characters"));
        Description = description ?? Description;
        Address = dial is null ? Address : Address with { Dial = dial };
        return Result.Ok();
    }

    /// <summary>Checks the id that the core behind the name gives; the first one is remembered (C6).</summary>
    /// <returns>Fails with <see cref="TargetIsSelfError"/> (by id) or <see cref="TargetReplacedError"/>.</returns>
    public Result Meet(CoreId core, CoreId self)
    {
        if (core == self)
            return Result.Fail(new TargetIsSelfError(Address.Fqdn.Ascii));
        if (KnownCore is { } known && known != core)
            return Result.Fail(new TargetReplacedError(Address.Fqdn.Ascii, known.ToString(), core.ToString()));
        KnownCore = core;
        return Result.Ok();
    }

    /// <summary>A person says that the core behind the name was replaced on purpose (C6).</summary>
    public void AcceptReplacement(CoreId core) => KnownCore = core;

    /// <summary>Records how an attempt to reach the core ended.</summary>
    public void RecordContact(Contact contact) => LastContact = contact;

    /// <summary>Records that a job ended with nothing left waiting.</summary>
    public void RecordSuccess(DateTimeOffset at) => LastSuccess = at;
}

/// <summary>The outcome of the last attempt to reach a core.</summary>
/// <param name="State">How it ended.</param>
/// <param name="At">When; null when never tried.</param>
/// <param name="ErrorCode">The code of the error, null when it went well.</param>
/// <param name="ErrorMessage">The English text of the error, null when it went well.</param>
public sealed record Contact(ConnectionState State, DateTimeOffset? At, string? ErrorCode = null, string? ErrorMessage = null)
{
    /// <summary>Never tried.</summary>
    public static Contact None { get; } = new(ConnectionState.Unknown, null);
}
