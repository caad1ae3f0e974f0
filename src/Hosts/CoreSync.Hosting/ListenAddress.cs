using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CoreSync.Errors;
using FluentResults;

namespace CoreSync.Hosting;

/// <summary>Where a core listens: an IP address and a port; port 0 lets the system choose one.</summary>
public static class ListenAddress
{
    /// <summary>All addresses, port 443.</summary>
    public static IPEndPoint Default { get; } = new(IPAddress.Any, 443);

    /// <summary>Parses <c>ADDR:PORT</c>, <c>[IPv6]:PORT</c>, <c>*:PORT</c>, <c>localhost:PORT</c> or a port alone.</summary>
    /// <returns>Fails with <see cref="UsageInvalidError"/> or <see cref="PortInvalidError"/>.</returns>
    public static Result<IPEndPoint> Parse(string text)
    {
        var trimmed = text.Trim();
        var colon = trimmed.LastIndexOf(':');
        var host = colon < 0 ? "*" : trimmed[..colon];
        var port = colon < 0 ? trimmed : trimmed[(colon + 1)..];
        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > IPEndPoint.MaxPort)
            return colon < 0 ? Malformed(text) : Result.Fail(new PortInvalidError(port));
        if (host is "*" or "")
            return new IPEndPoint(IPAddress.Any, number);
        if (string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase))
            return new IPEndPoint(IPAddress.Loopback, number);
        var bare = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
        if (!IPAddress.TryParse(bare, out var address) || (address.AddressFamily == AddressFamily.InterNetworkV6 && bare.Length == host.Length))
            return Malformed(text);
        return new IPEndPoint(address, number);
    }

    private static Result<IPEndPoint> Malformed(string text) =>
        Result.Fail(new UsageInvalidError($"'{text}' is not an address to listen on: give ADDRESS:PORT, such as 0.0.0.0:443 or [::]:443"));
}
