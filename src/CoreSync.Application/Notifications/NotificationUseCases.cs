using CoreSync.Application.Cores;
using CoreSync.Application.Health;
using CoreSync.Application.Settings;
using CoreSync.Errors;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Notifications;

/// <summary>Sends a notification through every channel that is set up, at once and once.</summary>
/// <remarks>Fails with <c>NotifyNotConfiguredError</c> when none is.</remarks>
public sealed record TestNotifications : IRequest<Result<IReadOnlyList<ChannelTest>>>;

/// <summary>How a channel did.</summary>
/// <param name="Channel">Its name.</param>
/// <param name="Error">Why it failed; null when the other side took the notification.</param>
public sealed record ChannelTest(string Channel, CoreSyncError? Error);

/// <summary>What people were told and is not over, and what is on its way to them.</summary>
public sealed record ListNotifications : IRequest<Result<NotificationList>>;

/// <summary>The answer of <see cref="ListNotifications"/>.</summary>
/// <param name="Channels">Names of the channels that are set up.</param>
/// <param name="Troubles">What is not over.</param>
/// <param name="Queue">What is on its way.</param>
public sealed record NotificationList(IReadOnlyList<string> Channels, IReadOnlyList<Trouble> Troubles, IReadOnlyList<QueuedNotification> Queue);

internal sealed class TestNotificationsHandler(IEnumerable<INotificationChannel> channels, ISettingStore settings, ILocalCore local, IRandomSource random, TimeProvider time)
    : IRequestHandler<TestNotifications, Result<IReadOnlyList<ChannelTest>>>
{
    public async Task<Result<IReadOnlyList<ChannelTest>>> Handle(TestNotifications request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var core = local.Current.Name;
        var message = await settings.IsFrenchAsync(cancellationToken).ConfigureAwait(false) ? $"Essai des notifications de {core.Display}" : $"A test of the notifications of {core.Display}";
        var notification = new Notification(random.NewGuid(), NotificationKind.Test, "notify.test", "", HealthSeverity.Notice, message, "", now, now);
        var tests = new List<ChannelTest>();
        foreach (var channel in channels)
        {
            if (!await channel.IsSetUpAsync(cancellationToken).ConfigureAwait(false))
                continue;
            var sent = await channel.SendAsync(notification, core.Ascii, cancellationToken).ConfigureAwait(false);
            tests.Add(new ChannelTest(channel.Name, sent.IsFailed ? sent.FirstError() : null));
        }

        return tests.Count == 0 ? Result.Fail(new NotifyNotConfiguredError()) : Result.Ok<IReadOnlyList<ChannelTest>>(tests);
    }
}

internal sealed class ListNotificationsHandler(IEnumerable<INotificationChannel> channels, INotificationStore store) : IRequestHandler<ListNotifications, Result<NotificationList>>
{
    public async Task<Result<NotificationList>> Handle(ListNotifications request, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        foreach (var channel in channels)
        {
            if (await channel.IsSetUpAsync(cancellationToken).ConfigureAwait(false))
                names.Add(channel.Name);
        }

        return new NotificationList(
            names, await store.TroublesAsync(cancellationToken).ConfigureAwait(false), await store.QueueAsync(cancellationToken).ConfigureAwait(false));
    }
}
