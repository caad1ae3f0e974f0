using System.Security.Cryptography;
using System.Xml.Linq;
using CoreSync.Application;
using CoreSync.Errors;
using CoreSync.Infrastructure.Identity;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;

namespace CoreSync.Infrastructure.Accounts;

/// <summary>The data-protection keys of this core, below <c>keys/</c>: apart from the store, and apart from those of the product that embeds CoreSync.</summary>
internal sealed class KeyRing(IOptions<CoreSyncOptions> options)
{
    private readonly Lock gate = new();
    private IDataProtectionProvider? provider;

    private string Folder => Path.Combine(options.Value.DataDirectory, "keys");

    /// <summary>Encrypts and authenticates; <paramref name="purpose"/> binds the result to its use.</summary>
    /// <exception cref="CoreSyncException">With <see cref="IdentityUnusableError"/> (a key is open to others) or <see cref="StoreUnwritableError"/>.</exception>
    public byte[] Protect(string purpose, byte[] data)
    {
        try
        {
            return Provider(renew: false).CreateProtector(purpose).Protect(data);
        }
        catch (CryptographicException ex) when (KeyFault(ex) is { } fault)
        {
            throw new CoreSyncException(fault.Error, ex);
        }
    }

    /// <summary>The reverse.</summary>
    /// <param name="purpose">What the data was protected for.</param>
    /// <param name="data">The protected data.</param>
    /// <param name="isOwn">Another process may have protected it: looks for new keys before giving up. Off for what strangers send, who could keep us looking.</param>
    /// <exception cref="CryptographicException">Altered, for another purpose, or its key is gone.</exception>
    /// <exception cref="CoreSyncException">With <see cref="IdentityUnusableError"/>: a key is open to others.</exception>
    public byte[] Unprotect(string purpose, byte[] data, bool isOwn)
    {
        try
        {
            return Provider(renew: false).CreateProtector(purpose).Unprotect(data);
        }
        catch (CryptographicException ex) when (KeyFault(ex) is { } fault)
        {
            throw new CoreSyncException(fault.Error, ex);
        }
        catch (CryptographicException) when (isOwn)
        {
            // Another process may have made the first key after this one had looked.
            return Provider(renew: true).CreateProtector(purpose).Unprotect(data);
        }
    }

    /// <summary>Refuses keys that others than the service account can reach (C08).</summary>
    /// <exception cref="CoreSyncException">With <see cref="IdentityUnusableError"/>.</exception>
    public void Check()
    {
        if (Directory.Exists(Folder))
            new KeyFiles(Folder).GetAllElements();
    }

    // Data Protection wraps whatever its repository throws.
    private static CoreSyncException? KeyFault(Exception? ex) => ex is null or CoreSyncException ? ex as CoreSyncException : KeyFault(ex.InnerException);

    private IDataProtectionProvider Provider(bool renew)
    {
        lock (gate)
        {
            if (provider is not null && !renew)
                return provider;
            KeyFile.CreateDirectory(Folder);
            return provider = DataProtectionProvider.Create(new DirectoryInfo(Folder), builder =>
            {
                builder.SetApplicationName("CoreSync");
                builder.AddKeyManagementOptions(management => management.XmlRepository = new KeyFiles(Folder));
                if (OperatingSystem.IsWindows())
                    builder.ProtectKeysWithDpapi(protectToLocalMachine: true);
            });
        }
    }

    /// <summary>Keeps each key in a file of its own, as ASP.NET Core does, but durable and readable by the service account only.</summary>
    private sealed class KeyFiles(string folder) : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements()
        {
            var keys = new List<XElement>();
            foreach (var file in Directory.EnumerateFiles(folder, "*.xml"))
            {
                if (KeyFile.Exposure(file) is { } exposure)
                    throw new CoreSyncException(new IdentityUnusableError(file, exposure));
                keys.Add(XElement.Load(file));
            }

            return keys;
        }

        public void StoreElement(XElement element, string friendlyName)
        {
            var name = string.Concat(friendlyName.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
            using var content = new MemoryStream();
            element.Save(content);
            KeyFile.Write(Path.Combine(folder, name + ".xml"), content.ToArray());
        }
    }
}
