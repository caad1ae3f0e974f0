using CoreSync.Application.Cores;
using CoreSync.Application.Settings;
using CoreSync.Settings;
using FluentResults;

namespace CoreSync.Hosting.Logging;

/// <summary>Takes the limits of the log from the settings: when the store is opened, and in a service whenever they change (O1).</summary>
internal sealed class LogLimits(LogState log, ISettingStore settings) : IStoreOpening
{
    public async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        log.MaxBytes = await settings.ReadNumberAsync(Setting.LogMegabytes, cancellationToken) * 1024L * 1024L;
        log.Keep = await settings.ReadNumberAsync(Setting.LogFiles, cancellationToken);
        return Result.Ok();
    }
}
