using CoreSync.Application.Health;

namespace CoreSync.Application.Notifications;

/// <summary>What a notification tells.</summary>
public enum NotificationKind
{
    /// <summary>Something began that needs somebody.</summary>
    Failure,

    /// <summary>It is over.</summary>
    Recovery,

    /// <summary>A person tries whether notifications arrive.</summary>
    Test,
}

/// <summary>A message to people about this core (O5). Holds no secret and no content of an item.</summary>
/// <param name="Id">The same in all channels and at every attempt: receivers drop what they know.</param>
/// <param name="Kind">What it tells.</param>
/// <param name="Code">The code of the finding.</param>
/// <param name="Subject">The core or component concerned; empty for this core as a whole.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Message">What is the matter, or was.</param>
/// <param name="Hint">The next step; empty for a recovery.</param>
/// <param name="Since">When it began.</param>
/// <param name="At">When it was noticed, or was over.</param>
public sealed record Notification(
    Guid Id, NotificationKind Kind, string Code, string Subject, HealthSeverity Severity, string Message, string Hint, DateTimeOffset Since, DateTimeOffset At);

/// <summary>A trouble that people were told of and that is not over.</summary>
/// <param name="Code">The code of the finding.</param>
/// <param name="Subject">The core or component concerned.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Since">When it was told.</param>
public sealed record Trouble(string Code, string Subject, HealthSeverity Severity, DateTimeOffset Since)
{
    /// <summary>As <see cref="HealthFinding.Key"/>.</summary>
    public string Key => Subject.Length == 0 ? Code : Code + "|" + Subject;
}

/// <summary>A notification on its way through one channel.</summary>
/// <param name="Row">Identity in the store.</param>
/// <param name="Channel">The channel's name.</param>
/// <param name="Notification">What it tells.</param>
/// <param name="Attempts">Attempts that failed.</param>
/// <param name="NextAt">When the next is made.</param>
/// <param name="LastError">Why the last failed; null before the first.</param>
public sealed record QueuedNotification(long Row, string Channel, Notification Notification, int Attempts, DateTimeOffset NextAt, string? LastError);
