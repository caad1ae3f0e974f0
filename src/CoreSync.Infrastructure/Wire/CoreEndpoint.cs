using System.Reflection;
using System.Text.Json;
using CoreSync.Application;
using CoreSync.Application.Cores;
using CoreSync.Servers;
using Microsoft.Extensions.Options;

namespace CoreSync.Infrastructure.Wire;

/// <summary>Tells who this core is, what it speaks, its clock and free space, and what the account may do (C4).</summary>
internal sealed class CoreEndpoint(ILocalCore core, IOwnCertificate own, INextCertificate next, IOptions<CoreSyncOptions> options, TimeProvider time)
{
    private static readonly string Version =
        typeof(CoreEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    private static readonly string[] Features = [Protocol.DeltaFeature];

    public Task DescribeAsync(PeerExchange exchange)
    {
        var account = exchange.Caller.Account;
        var told = new AccountAnswer(account.Name, JsonNamingPolicy.CamelCase.ConvertName(account.Rights.ToString()), [.. account.Components.Select(component => component.Value)]);
        var here = core.Current;
        // In this order: whoever hears of no announcement because of a switch hears of the switch.
        var announced = Announced(here.Id);
        var presents = own.Describe().ValueOrDefault?.Fingerprint.ToString();
        var answer = new CoreAnswer(here.Id.Value, here.Name.Ascii, Protocol.MinVersion, Protocol.MaxVersion, Version, time.GetUtcNow(), FreeBytes(), told, announced, presents, Features);
        return exchange.AnswerAsync(answer, WireJson.Strict.CoreAnswer);
    }

    private AnnouncementAnswer? Announced(CoreId here) => next.Sign(here) is { } word
        ? new AnnouncementAnswer(Convert.ToBase64String(word.Next.Der.Span), word.At.ToUnixTimeMilliseconds(), Convert.ToBase64String(word.Proof.Span))
        : null;

    private long FreeBytes()
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(options.Value.DataDirectory)).AvailableFreeSpace;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A volume that cannot be asked has no space that could be promised.
            return 0;
        }
    }
}
