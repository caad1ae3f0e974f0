using System.Text.Json;
using CoreSync.Application;
using CoreSync.Application.Cores;
using CoreSync.Errors;
using CoreSync.Infrastructure.Identity;
using CoreSync.Servers;
using Microsoft.Extensions.Options;

namespace CoreSync.Infrastructure.Tls;

/// <summary>Claims names of certificate stores in a file below the account's local application data, so that cores of one account never share a store (T2).</summary>
internal sealed class CertificateStoreNames(IOptions<CoreSyncOptions> options, TimeProvider time) : ICertificateStoreNames
{
    /// <summary>The name that the first core of an account gets.</summary>
    public const string First = "CoreSync";

    // Between the claim and the first file of the core lies the creation of its store.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    public string Choose(CoreId core)
    {
        var folder = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        var file = Path.Combine(folder, "CoreSync", "certificate-store.json");
        try
        {
            KeyFile.CreateDirectory(Path.GetDirectoryName(file)!);
            using var guard = new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            if (Read(file) is { } claim && IsAlive(claim, core))
                return $"{First}-{core.ShortText}";
            KeyFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(new Claim(core.Value, Path.GetFullPath(options.Value.DataDirectory), time.GetUtcNow())));
            return First;
        }
        catch (IOException ex) when (File.Exists(file + ".lock"))
        {
            // Another init claims at this moment: the own name is always free.
            _ = ex;
            return $"{First}-{core.ShortText}";
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new CoreSyncException(new StoreUnwritableError(file, ex.Message), ex);
        }
    }

    private bool IsAlive(Claim claim, CoreId core)
    {
        if (claim.Core == core.Value)
            return false;
        if (File.Exists(Path.Combine(claim.DataDirectory, "coresync.db")))
            return true;
        var isOwnDirectory = string.Equals(claim.DataDirectory, Path.GetFullPath(options.Value.DataDirectory), StringComparison.Ordinal);
        return !isOwnDirectory && time.GetUtcNow() - claim.At < Grace && Directory.Exists(claim.DataDirectory);
    }

    private static Claim? Read(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<Claim>(File.ReadAllBytes(file)) : null;
        }
        catch (JsonException)
        {
            // Torn by a crash before it was durable: whoever wrote it has not finished init.
            return null;
        }
    }

    private sealed record Claim(Guid Core, string DataDirectory, DateTimeOffset At);
}
