using CoreSync.Application.Items;
using CoreSync.Application.Targets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CoreSync.Application;

/// <summary>Checks what an embedder set, and that nothing is left out, when the host starts: all faults at once, each with its cure.</summary>
internal sealed class CoreSyncOptionsValidator(IServiceProviderIsService services) : IValidateOptions<CoreSyncOptions>
{
    private static readonly (Type Port, string Cure)[] Parts =
    [
        (typeof(ICatalogue), "there is no store: call UseSqlite()"),
        (typeof(IItemApplier), "nothing applies items: call UseFiles()"),
        (typeof(ITargetConnector), "there is no transport: call UseTlsTransport()"),
    ];

    public ValidateOptionsResult Validate(string? name, CoreSyncOptions options)
    {
        var faults = Parts.Where(part => !services.IsService(part.Port)).Select(part => $"CoreSync: {part.Cure}").ToList();
        if (!Path.IsPathFullyQualified(options.DataDirectory))
            faults.Add($"{nameof(options.DataDirectory)} = '{options.DataDirectory}': not an absolute path; give the directory of this core");
        if (string.IsNullOrWhiteSpace(options.Actor?.Name))
            faults.Add($"{nameof(options.Actor)}: nobody is named; say who acts through this host");
        if (options.ComponentTimeLimit < TimeSpan.FromSeconds(1) || options.ComponentTimeLimit > TimeSpan.FromHours(1))
            faults.Add($"{nameof(options.ComponentTimeLimit)} = {options.ComponentTimeLimit}: give 1 second to 1 hour");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
