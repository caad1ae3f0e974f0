namespace CoreSync.Application.Accounts;

/// <summary>A provider outside of this core that vouches for people (OpenID Connect), as sessions know it; a host has one or none.</summary>
public interface IIdentityProvider
{
    /// <summary>Changes when the provider, or what it gives rights to, changes: sessions that began before are void then.</summary>
    string Stamp { get; }
}
