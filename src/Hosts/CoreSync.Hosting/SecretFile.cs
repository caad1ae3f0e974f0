using Microsoft.Extensions.Configuration;

namespace CoreSync.Hosting;

/// <summary>Secrets of the configuration: never in it, but in a file that it names, or a credential of systemd.</summary>
public static class SecretFile
{
    /// <summary>What a key has at its end when its value is the path of the file with the secret.</summary>
    public const string Suffix = "_FILE";

    /// <summary>Reads a secret. The file of the configuration wins over the credential of systemd; one line, so that an editor's line end at the end does no harm.</summary>
    /// <param name="section">Where the key is.</param>
    /// <param name="key">The key without <see cref="Suffix"/>.</param>
    /// <param name="credential">The name of the credential.</param>
    /// <param name="credentials">The directory with systemd's credentials; null for none.</param>
    /// <param name="faults">Takes what is wrong, never with the secret.</param>
    /// <returns>Null when there is none, or a fault.</returns>
    public static string? Read(IConfigurationSection section, string key, string credential, string? credentials, ICollection<string> faults)
    {
        var file = section[key + Suffix];
        var source = $"{section.Path}:{key}{Suffix} = '{file}'";
        if (string.IsNullOrWhiteSpace(file))
        {
            file = credentials is null ? null : Path.Combine(credentials, credential);
            if (file is null || !File.Exists(file))
                return null;
            source = $"systemd credential {credential}";
        }
        else if (!Path.IsPathFullyQualified(file))
        {
            faults.Add($"{source}: not an absolute path");
            return null;
        }

        try
        {
            var lines = File.ReadAllLines(file);
            if (lines is [{ Length: > 0 and <= 1024 } secret])
                return secret;
            faults.Add($"{source}: it must hold one line of 1 to 1024 characters; it holds {lines.Length} lines");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{source}: {failure.Message}; let the service account read it");
        }

        return null;
    }

    /// <summary>The fault of a secret that stands in the configuration itself.</summary>
    /// <param name="path">The whole key.</param>
    public static string Misplaced(string path) =>
        $"{path}: a secret does not belong into the configuration; put it into a file that only the service account can read, and its path into {path}{Suffix}";
}
