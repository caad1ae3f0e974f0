using CoreSync.Errors;

namespace CoreSync.Application.Health;

/// <summary>What a finding is about; reports are grouped by it.</summary>
public enum HealthArea
{
    /// <summary>This core: engine, clock, runtime, log, inbox.</summary>
    Core,

    /// <summary>The certificate that this core presents.</summary>
    Certificate,

    /// <summary>Store, content and disk.</summary>
    Store,

    /// <summary>Where other cores reach this one.</summary>
    Listener,

    /// <summary>Target cores: trust, credentials, connection, progress.</summary>
    Targets,

    /// <summary>Items and components: what cannot be read, what waits for a person.</summary>
    Work,
}

/// <summary>How much a finding matters.</summary>
public enum HealthSeverity
{
    /// <summary>Good to know; nothing has to be done now.</summary>
    Notice,

    /// <summary>Somebody should act; the rest works.</summary>
    Warning,

    /// <summary>Something does not work until somebody acts.</summary>
    Failure,
}

/// <summary>Something that is not green: what, since when, and the next step (O2).</summary>
/// <param name="Area">What it is about.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Error">Code, text and cure, in every language of the catalogue.</param>
/// <param name="Since">Since when; null when unknown.</param>
/// <param name="Subject">The core or component concerned; empty for this core as a whole. With the code it tells one finding from another.</param>
public sealed record HealthFinding(HealthArea Area, HealthSeverity Severity, CoreSyncError Error, DateTimeOffset? Since = null, string Subject = "")
{
    /// <summary>Code and subject: the same for as long as the same trouble lasts.</summary>
    public string Key => Subject.Length == 0 ? Error.Code : Error.Code + "|" + Subject;
}

/// <summary>Something that was looked at, whatever came of it.</summary>
/// <param name="Area">What it is about.</param>
/// <param name="Name">Kebab-case name, such as <c>store-size</c>.</param>
/// <param name="Value">Invariant text; numbers in plain digits, sizes in bytes, times ISO 8601.</param>
public sealed record HealthFact(HealthArea Area, string Name, string Value);
