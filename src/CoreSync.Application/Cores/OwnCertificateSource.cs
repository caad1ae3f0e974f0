using CoreSync.Trust;

namespace CoreSync.Application.Cores;

/// <summary>Where the own certificate and its private key come from (T12). A closed set.</summary>
public abstract record OwnCertificateSource
{
    private protected OwnCertificateSource()
    {
    }

    /// <summary>Made by this core itself, kept in <c>keys/own-certificate.pem</c>: the default.</summary>
    public static OwnCertificateSource Generated { get; } = new GeneratedSource();

    /// <summary>The invariant word for the kind: <c>generated</c>, <c>pfx</c>, <c>pem</c> or <c>store</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>What people call it, without secrets; never empty.</summary>
    public abstract string Text { get; }
}

/// <summary>Made by this core itself.</summary>
public sealed record GeneratedSource : OwnCertificateSource
{
    /// <inheritdoc/>
    public override string Kind => "generated";

    /// <inheritdoc/>
    public override string Text => "keys/own-certificate.pem";
}

/// <summary>A PFX (PKCS #12) file with certificate and key, read where it is, so that a renewed file is taken by itself.</summary>
/// <param name="File">Absolute path.</param>
/// <param name="Password">Null for none.</param>
public sealed record PfxSource(string File, string? Password) : OwnCertificateSource
{
    /// <inheritdoc/>
    public override string Kind => "pfx";

    /// <inheritdoc/>
    public override string Text => File;

    /// <inheritdoc/>
    public override string ToString() => $"PfxSource {{ File = {File} }}";
}

/// <summary>PEM files of the certificate (with its issuers behind it, if any) and of its key, read where they are.</summary>
/// <param name="CertificateFile">Absolute path.</param>
/// <param name="KeyFile">Absolute path; may be the same file.</param>
/// <param name="Password">Of an encrypted key; null for none.</param>
public sealed record PemSource(string CertificateFile, string KeyFile, string? Password) : OwnCertificateSource
{
    /// <inheritdoc/>
    public override string Kind => "pem";

    /// <inheritdoc/>
    public override string Text => CertificateFile == KeyFile ? CertificateFile : $"{CertificateFile}, {KeyFile}";

    /// <inheritdoc/>
    public override string ToString() => $"PemSource {{ CertificateFile = {CertificateFile}, KeyFile = {KeyFile} }}";
}

/// <summary>A certificate with its key in the personal store (<c>My</c>) of the platform.</summary>
/// <param name="OfMachine">The store of the machine; else of the account that runs the service.</param>
/// <param name="Fingerprint">Exactly this certificate; null when chosen by subject.</param>
/// <param name="Subject">Subject or common name; the one that became valid last counts, so that a renewed one is taken by itself. Null when chosen by fingerprint.</param>
public sealed record StoreSource(bool OfMachine, CertificateFingerprint? Fingerprint, string? Subject) : OwnCertificateSource
{
    /// <inheritdoc/>
    public override string Kind => "store";

    /// <inheritdoc/>
    public override string Text => $"{(OfMachine ? "LocalMachine" : "CurrentUser")}/My: {Fingerprint?.ToString() ?? Subject}";
}
