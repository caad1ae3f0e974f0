using System.Globalization;
using CoreSync.Errors;
using FluentResults;

namespace CoreSync.Servers;

/// <summary>The name and port of a core, and where to dial when that is not what DNS says.</summary>
/// <param name="Fqdn">The name asked for in TLS (SNI) and checked against the certificate.</param>
/// <param name="Port">1 to 65535, 443 unless told otherwise.</param>
/// <param name="Dial">Host and port to dial instead (as curl's <c>--connect-to</c>); null dials <paramref name="Fqdn"/>. Never part of trust.</param>
public sealed record CoreAddress(Fqdn Fqdn, int Port = CoreAddress.DefaultPort, DialAddress? Dial = null)
{
    /// <summary>The HTTPS port.</summary>
    public const int DefaultPort = 443;

    /// <summary>Where the connection really goes.</summary>
    public DialAddress Endpoint => Dial ?? new DialAddress(Fqdn.Ascii, Port);

    /// <summary>Parses <c>FQDN[:PORT]</c>.</summary>
    /// <returns>Fails as <see cref="Fqdn.Parse"/>, or with <see cref="PortInvalidError"/>.</returns>
    public static Result<CoreAddress> Parse(string text)
    {
        var name = text.Trim();
        var port = DefaultPort;
        var colon = name.LastIndexOf(':');
        var afterBracket = colon > 0 && name[0] == '[' && name[colon - 1] == ']';
        if (afterBracket || (colon >= 0 && name.IndexOf(':', StringComparison.Ordinal) == colon))
        {
            var parsed = DialAddress.ParsePort(name[(colon + 1)..]);
            if (parsed.IsFailed)
                return parsed.ToResult<CoreAddress>();
            port = parsed.Value;
            name = name[..colon];
        }

        var fqdn = Fqdn.Parse(name);
        return fqdn.IsFailed ? fqdn.ToResult<CoreAddress>() : new CoreAddress(fqdn.Value, port);
    }

    /// <inheritdoc/>
    public override string ToString() => Fqdn.Ascii + ":" + Port.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A host name or IP address and a port to open a TCP connection to. Says nothing about identity.</summary>
public sealed record DialAddress(string Host, int Port)
{
    /// <summary>Parses <c>HOST[:PORT]</c>, <c>[IPv6]:PORT</c> or a bare IPv6 address.</summary>
    /// <param name="text">What a person typed.</param>
    /// <param name="defaultPort">The port when the text has none.</param>
    /// <returns>Fails with <see cref="PortInvalidError"/> or <see cref="FqdnInvalidError"/>.</returns>
    public static Result<DialAddress> Parse(string text, int defaultPort)
    {
        var host = text.Trim();
        var port = defaultPort;
        var colon = host.LastIndexOf(':');
        var single = colon >= 0 && host.IndexOf(':', StringComparison.Ordinal) == colon;
        if (single || (colon >= 0 && host.Contains("]:", StringComparison.Ordinal)))
        {
            var parsed = ParsePort(host[(colon + 1)..]);
            if (parsed.IsFailed)
                return parsed.ToResult<DialAddress>();
            port = parsed.Value;
            host = host[..colon];
        }

        host = host.Trim('[', ']');
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
            return Result.Fail(new FqdnInvalidError(text, "it is neither a host name nor an address"));
        return new DialAddress(host, port);
    }

    /// <summary>Parses a port number.</summary>
    public static Result<int> ParsePort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535
            ? port
            : Result.Fail(new PortInvalidError(text));

    /// <inheritdoc/>
    public override string ToString() =>
        (Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host) + ":" + Port.ToString(CultureInfo.InvariantCulture);
}
