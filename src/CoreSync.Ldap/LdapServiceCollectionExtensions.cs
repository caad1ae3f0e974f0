using CoreSync.Application;
using CoreSync.Application.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Ldap;

/// <summary>Adds accounts of an LDAP directory or Active Directory.</summary>
public static class LdapServiceCollectionExtensions
{
    /// <summary>
    /// Accounts that are not built in are asked of the LDAP directory of the settings <c>ldap.*</c>; without <c>ldap.server</c> nothing changes. Needs a store and the
    /// transport on the same builder.
    /// </summary>
    /// <remarks>On Linux libldap reads neither its configuration files nor the environment from then on, in the whole process: either could switch the check of certificates off.</remarks>
    public static CoreSyncBuilder UseLdapDirectory(this CoreSyncBuilder builder)
    {
        builder.Services.AddSingleton<LdapConfigurations>();
        builder.Services.AddSingleton<LdapHandshake>();
        builder.Services.AddSingleton<IOuterDirectory, LdapDirectory>();
        return builder;
    }
}
