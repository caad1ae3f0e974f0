using System.Net;
using CoreSync.Hosting;
using Microsoft.Extensions.Configuration;

namespace CoreSync.Service;

/// <summary>The configuration section <c>CoreSync</c>: <c>appsettings.json</c> beside the program, then the environment (<c>CORESYNC__KEY</c>), which wins.</summary>
/// <param name="DataDirectory">Absolute path of the core's data directory. Default: the place of the operating system.</param>
/// <param name="Listen">Where to listen. Default: <c>0.0.0.0:443</c>.</param>
internal sealed record ServiceSettings(string DataDirectory, IPEndPoint Listen)
{
    private const string Section = "CoreSync";
    private static readonly string[] Keys = [nameof(DataDirectory), nameof(Listen)];

    /// <summary>Reads and checks everything.</summary>
    /// <param name="configuration">Where from.</param>
    /// <param name="faults">All faults at once, each with key, value and cure; empty when there is none.</param>
    public static ServiceSettings? Read(IConfiguration configuration, out IReadOnlyList<string> faults)
    {
        var found = new List<string>();
        var section = configuration.GetSection(Section);
        foreach (var unknown in section.GetChildren().Where(child => !Keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
            found.Add($"{unknown.Path} = '{unknown.Value}': unknown key; the keys are {string.Join(", ", Keys)}");

        var directory = section[nameof(DataDirectory)];
        if (string.IsNullOrWhiteSpace(directory))
            directory = CoreDataDirectory.Default;
        else if (!Path.IsPathFullyQualified(directory))
            found.Add($"{Section}:{nameof(DataDirectory)} = '{directory}': not an absolute path; give one such as {CoreDataDirectory.Default}");

        var listen = section[nameof(Listen)];
        var address = string.IsNullOrWhiteSpace(listen) ? FluentResults.Result.Ok(ListenAddress.Default) : ListenAddress.Parse(listen);
        if (address.IsFailed)
            found.Add($"{Section}:{nameof(Listen)} = '{listen}': {address.Errors[0].Message}; give ADDRESS:PORT such as 0.0.0.0:443");

        faults = found;
        return found.Count == 0 ? new ServiceSettings(directory, address.Value) : null;
    }
}
