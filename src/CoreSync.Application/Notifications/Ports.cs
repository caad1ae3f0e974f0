using CoreSync.Settings;
using FluentResults;

namespace CoreSync.Application.Notifications;

/// <summary>A way to tell people something.</summary>
public interface INotificationChannel
{
    /// <summary>Its stable name, such as <c>webhook</c>.</summary>
    string Name { get; }

    /// <summary>Whether its settings say where to.</summary>
    Task<bool> IsSetUpAsync(CancellationToken cancellationToken);

    /// <summary>Hands a notification over; success means that the other side took it.</summary>
    /// <param name="notification">What to tell.</param>
    /// <param name="core">The FQDN of this core.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Fails with <c>NotifyFailedError</c>, <c>NotifySettingsError</c> or <c>SecretUnreadableError</c>.</returns>
    Task<Result> SendAsync(Notification notification, string core, CancellationToken cancellationToken);
}

/// <summary>Reads the secrets among the settings, for the channels alone.</summary>
public interface INotificationSecrets
{
    /// <summary>The value; empty when unset.</summary>
    /// <exception cref="Errors.CoreSyncException">With <c>SecretUnreadableError</c> when the keys do not fit.</exception>
    Task<string> ReadAsync(Setting setting, CancellationToken cancellationToken);
}

/// <summary>Keeps what people were told and what is on its way to them, so that a restart tells nothing twice and forgets nothing.</summary>
public interface INotificationStore
{
    /// <summary>What people were told and what is not over.</summary>
    Task<IReadOnlyList<Trouble>> TroublesAsync(CancellationToken cancellationToken);

    /// <summary>Records what began and what is over, and queues what is to be told of it, all or nothing.</summary>
    Task RecordAsync(
        IReadOnlyList<Trouble> began, IReadOnlyList<Trouble> over, IReadOnlyList<(string Channel, Notification Notification)> queued, CancellationToken cancellationToken);

    /// <summary>What is on its way, oldest first.</summary>
    Task<IReadOnlyList<QueuedNotification>> QueueAsync(CancellationToken cancellationToken);

    /// <summary>Removes what was handed over or given up.</summary>
    Task RemoveAsync(QueuedNotification queued, CancellationToken cancellationToken);

    /// <summary>Remembers that an attempt failed.</summary>
    Task DelayAsync(QueuedNotification queued, DateTimeOffset nextAt, string error, CancellationToken cancellationToken);
}
