using System.Net.Sockets;
using System.Security.Authentication;
using CoreSync.Application.Notifications;
using CoreSync.Application.Settings;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Settings;
using FluentResults;

namespace CoreSync.Infrastructure.Notifications;

/// <summary>Hands notifications to a mail server, over STARTTLS and never without.</summary>
internal sealed class MailChannel(ISettingStore settings, INotificationSecrets secrets, TimeProvider time) : INotificationChannel
{
    private const int SubmissionPort = 587;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string Name => "e-mail";

    public async Task<bool> IsSetUpAsync(CancellationToken cancellationToken) => (await settings.ReadAsync(Setting.MailServer, cancellationToken).ConfigureAwait(false)).Length > 0;

    public async Task<Result> SendAsync(Notification notification, string core, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var stored = await settings.AllAsync(cancellationToken).ConfigureAwait(false);
            string Read(Setting setting) => stored.GetValueOrDefault(setting.Key, setting.Default);
            var server = DialAddress.Parse(Read(Setting.MailServer), SubmissionPort);
            if (server.IsFailed)
                return server.ToResult();
            foreach (var needed in (Setting[])[Setting.MailFrom, Setting.MailTo])
            {
                if (Read(needed).Length == 0)
                    return Result.Fail(new NotifySettingsError(Name, needed.Key));
            }

            var password = await secrets.ReadAsync(Setting.MailPassword, cancellationToken).ConfigureAwait(false);
            var mail = new MailMessageText(Read(Setting.MailFrom), [.. Read(Setting.MailTo).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)], notification, core);
            var session = await SmtpSession.ConnectAsync(server.Value, core, Read(Setting.MailFingerprint), linked.Token).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                if (Read(Setting.MailUser) is { Length: > 0 } user)
                    await session.SignInAsync(user, password, linked.Token).ConfigureAwait(false);
                await session.SendAsync(mail, linked.Token).ConfigureAwait(false);
            }

            return Result.Ok();
        }
        catch (CoreSyncException failure)
        {
            return Result.Fail(failure.Error);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed($"no answer within {Patience.TotalSeconds:0} seconds");
        }
        catch (AuthenticationException)
        {
            return Failed("its certificate is not the one expected");
        }
        catch (Exception failure) when (failure is SmtpRefusedException or IOException or SocketException)
        {
            return Failed(failure.Message);
        }
    }

    private Result Failed(string reason) => Result.Fail(new NotifyFailedError(Name, reason));
}
