using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace CoreSync.Ldap;

/// <summary>Settings of libldap that the runtime does not offer, on Linux.</summary>
/// <remarks>
/// libldap reads /etc/ldap/ldap.conf, files in the home directory and LDAP* of the environment, and any of them may switch the check of certificates off or add
/// certificates that count (measured: LDAPTLS_REQCERT=never accepts everything). LDAPNOINIT keeps it from reading them (ldap.conf(5)).
/// </remarks>
[SupportedOSPlatform("linux")]
internal static partial class NativeLdap
{
    private const int Timeout = 0x5002;
    private const int NetworkTimeout = 0x5005;
    private const int CertificatesFile = 0x6002;
    private const int RequireCertificate = 0x6006;
    private const int ProtocolMinimum = 0x6007;
    private const int Tls12 = 0x303;
    private const int Hard = 1;
    private const int Demand = 2;

    // In the order in which the runtime looks for it.
    private static readonly string[] Names = ["libldap-2.5.so.0", "libldap.so.2", "libldap-2.6.so.0", "libldap-2.4.so.2"];
    private static readonly Lock Gate = new();
    private static nint library;

    /// <summary>Keeps libldap from reading settings, and bounds its waits.</summary>
    /// <returns>Why it must not be used; null when it may.</returns>
    public static string? Prepare(TimeSpan timeout)
    {
        lock (Gate)
        {
            if (library == 0)
            {
                if (SetEnvironment("LDAPNOINIT", "1", 1) != 0)
                    return "LDAPNOINIT cannot be set";
                if (!Names.Any(name => NativeLibrary.TryLoad(name, out library)))
                    return "the library libldap is not installed (Debian: libldap-2.5-0)";
            }

            return Judge() ?? Bound(timeout);
        }
    }

    // Another user of libldap in this process may have loaded it before with settings of the machine.
    private static unsafe string? Judge()
    {
        var get = (delegate* unmanaged<nint, int, nint*, int>)NativeLibrary.GetExport(library, "ldap_get_option");
        nint file = 0;
        nint required = 0;
        if (get(0, RequireCertificate, &required) != 0 || (int)required is not (Hard or Demand))
            return "libldap of this process does not insist on certificates";
        if (get(0, CertificatesFile, &file) != 0 || file == 0)
            return null;
        ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "ldap_memfree"))(file);
        return "libldap of this process takes certificates of the machine";
    }

    private static unsafe string? Bound(TimeSpan timeout)
    {
        var set = (delegate* unmanaged<nint, int, void*, int>)NativeLibrary.GetExport(library, "ldap_set_option");
        var wait = stackalloc nint[] { (nint)timeout.TotalSeconds, 0 };
        var minimum = Tls12;
        return set(0, Timeout, wait) == 0 && set(0, NetworkTimeout, wait) == 0 && set(0, ProtocolMinimum, &minimum) == 0 ? null : "libldap does not take its settings";
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
