using System.Globalization;
using System.Net;

namespace CoreSync.Accounts;

/// <summary>Where an LDAP server listens.</summary>
/// <param name="Host">A host name or an IP address; its certificate carries it.</param>
/// <param name="Port">Null for the usual one of the way of encryption.</param>
public sealed record LdapAddress(string Host, int? Port)
{
    /// <summary>Reads <c>host</c>, <c>host:port</c>, an IPv4 address or <c>[IPv6]:port</c>; null when it is none of them. <c>localhost</c> is none: a certificate cannot be held against it.</summary>
    public static LdapAddress? Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        var hasPort = colon > 0 && !text.EndsWith(']');
        var host = (hasPort ? text[..colon] : text).Trim('[', ']');
        int? port = null;
        if (hasPort)
        {
            if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is 0 or > 65535)
                return null;
            port = number;
        }

        if (IPAddress.TryParse(host, out _))
            return new LdapAddress(host, port);
        var isName = host.Length is > 0 and <= 253 && host.Split('.').All(label => label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
        return isName && !host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? new LdapAddress(host.ToLowerInvariant(), port) : null;
    }
}
