using System.Security.Cryptography;
using System.Text;
using CoreSync.Application.Accounts;
using CoreSync.Errors;

namespace CoreSync.Infrastructure.Accounts;

/// <summary>Encrypts secrets with ASP.NET Core Data Protection and the keys of this core (R2).</summary>
internal sealed class DataProtectionSecretProtector(KeyRing keys) : ISecretProtector
{
    public byte[] Protect(string purpose, string secret) => keys.Protect("secret/" + purpose, Encoding.UTF8.GetBytes(secret));

    public string Unprotect(string purpose, byte[] data)
    {
        try
        {
            return Encoding.UTF8.GetString(keys.Unprotect("secret/" + purpose, data, isOwn: true));
        }
        catch (CryptographicException ex)
        {
            throw new CoreSyncException(new SecretUnreadableError(purpose), ex);
        }
    }
}
