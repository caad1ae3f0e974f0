using CoreSync.Application.Cores;
using Microsoft.Extensions.Logging;

namespace CoreSync.Service;

/// <summary>Reads the configuration anew while the service runs: secrets and the own certificate are taken over, and what needs a restart is said.</summary>
internal sealed class ServiceReload(ServiceSettings started, ServiceSecrets secrets, IOwnCertificate certificate, ILocalCore core, ILogger<ServiceReload> logger)
{
    /// <summary>Reloads. A configuration with faults changes nothing.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (ServiceSettings.Load(out var faults) is not { } settings)
        {
            foreach (var fault in faults)
                ServiceLog.ConfigurationNotTaken(logger, "configuration", fault);
            return;
        }

        if (settings.DataDirectory != started.DataDirectory || !settings.Listen.Equals(started.Listen))
            ServiceLog.RestartNeeded(logger, settings.DataDirectory, settings.Listen.ToString());
        if (settings.Oidc?.Stamp != started.Oidc?.Stamp || settings.Oidc?.ClientSecret != started.Oidc?.ClientSecret)
            ServiceLog.ConfigurationNotTaken(logger, "Oidc", "sign-in through the provider changes with a restart only");
        await secrets.ApplyAsync(settings, cancellationToken);
        // Settings of the core are read where they are used, the limits of the log among them. Looking at the certificate takes a changed one; its faults are logged there.
        var presented = certificate.Describe();
        ServiceLog.Reloaded(logger, core.Current.Name.Ascii, presented.IsSuccess ? presented.Value.Fingerprint.ToString() : "-");
    }
}
