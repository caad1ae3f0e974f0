using CoreSync.Application.Accounts;
using CoreSync.Application.Notifications;
using CoreSync.Application.Settings;
using CoreSync.Errors;
using CoreSync.Settings;
using FluentResults;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CoreSync.Service;

/// <summary>Takes the secrets of the configuration over into the core, encrypted there; what is the same already is left alone.</summary>
internal sealed class ServiceSecrets(IServiceScopeFactory scopes, ICredentialStore credentials, INotificationSecrets secrets, ILogger<ServiceSecrets> logger)
{
    /// <summary>Takes over what is configured. What the core refuses is logged; the service runs on with what it has.</summary>
    public async Task ApplyAsync(ServiceSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            if (settings.Sync is var (user, password) && await credentials.FindAsync(CredentialScope.Default, cancellationToken) is var now && (now is null || now.User != user || now.Password != password))
                await SendAsync("SyncPassword", new SetCredential(null, false, user, password), cancellationToken);
            await ApplyAsync(nameof(settings.WebhookSecret), Setting.WebhookSecret, settings.WebhookSecret, cancellationToken);
            await ApplyAsync(nameof(settings.MailPassword), Setting.MailPassword, settings.MailPassword, cancellationToken);
        }
        catch (CoreSyncException failure)
        {
            ServiceLog.ConfigurationNotTaken(logger, "secrets", failure.Error.Message);
        }
    }

    private async Task ApplyAsync(string key, Setting setting, string? value, CancellationToken cancellationToken)
    {
        if (value is not null && await secrets.ReadAsync(setting, cancellationToken) != value)
            await SendAsync(key, new SetSetting(setting.Key, value), cancellationToken);
    }

    private async Task SendAsync<T>(string key, IRequest<T> request, CancellationToken cancellationToken)
        where T : ResultBase
    {
        await using var scope = scopes.CreateAsyncScope();
        var taken = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request, cancellationToken);
        if (taken.IsFailed)
            ServiceLog.ConfigurationNotTaken(logger, key, taken.Errors[0].Message);
    }
}
