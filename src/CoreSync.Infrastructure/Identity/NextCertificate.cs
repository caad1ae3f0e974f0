using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Application;
using CoreSync.Application.Cores;
using CoreSync.Errors;
using CoreSync.Infrastructure.Accounts;
using CoreSync.Infrastructure.Tls;
using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;
using Microsoft.Extensions.Options;

namespace CoreSync.Infrastructure.Identity;

/// <summary>The next certificate in <c>keys/next-certificate.json</c>, a generated one with its key beside it; signs the announcement with that key (T10).</summary>
internal sealed class NextCertificate(IOptions<CoreSyncOptions> options, CertificateReader reader, OwnCertificate own, KeyRing keys, TimeProvider time) : INextCertificate
{
    private readonly SourceFile chosen = new(Path.Combine(options.Value.DataDirectory, "keys", "next-certificate.json"), keys);
    private readonly Lock gate = new();
    private (string Stamp, CertificateFingerprint Current, Announcement? Signed)? signed;

    private string File => Path.Combine(options.Value.DataDirectory, "keys", "next-certificate.pem");

    public Result<PresentedCertificate> Prepare(OwnCertificateSource source, Fqdn name)
    {
        try
        {
            var made = source is GeneratedSource ? DefaultCertificate.Make(name, time.GetUtcNow(), keyPem: null).Pem : null;
            if (made is not null)
                KeyFile.Write(File, made);
            var read = Read(source, name);
            if (read.IsSuccess)
                chosen.WriteNext(source, time.GetUtcNow());
            return read.Map(one => one.Described);
        }
        catch (CoreSyncException ex)
        {
            return Result.Fail(ex.Error);
        }
    }

    public PresentedCertificate? Describe() => chosen.ReadNext() is { } next ? Describe(CertificateSources.Read(Placed(next.Source))) : null;

    public Result Withdraw()
    {
        if (chosen.ReadNext() is null)
            return Result.Fail(new IdentityNothingAnnouncedError());
        return Forget();
    }

    public Result Switch(Fqdn name)
    {
        if (chosen.ReadNext() is not { } next)
            return Result.Fail(new IdentityNothingAnnouncedError());
        var read = Read(next.Source, name);
        if (read.IsFailed)
            return read.ToResult();
        try
        {
            // The key moves as one file, so that a crash leaves the certificate before or the one after.
            if (next.Source is GeneratedSource)
                KeyFile.Write(own.File, System.IO.File.ReadAllBytes(File));
            var used = own.Use(next.Source, name);
            return used.IsFailed ? used.ToResult() : Forget();
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return Result.Fail(new IdentityUnusableError(File, ex.Message).CausedBy(ex));
        }
        catch (CoreSyncException ex)
        {
            return Result.Fail(ex.Error);
        }
    }

    public Announcement? Sign(CoreId core)
    {
        if (chosen.ReadNext() is not { } next || own.Describe() is not { IsSuccess: true, Value.Fingerprint: var current })
            return null;
        var source = Placed(next.Source);
        var stamp = CertificateSources.Stamp(chosen.Path) + CertificateSources.Stamp(source);
        lock (gate)
        {
            if (signed is null || signed.Value.Stamp != stamp || signed.Value.Current != current)
                signed = (stamp, current, Sign(core, current, CertificateSources.Read(source), next.At));
            return signed.Value.Signed;
        }
    }

    private Announcement? Sign(CoreId core, CertificateFingerprint current, CertificateMaterial material, DateTimeOffset at)
    {
        // After the switch there is nothing to announce, whatever a crash left behind.
        if (material.Errors.Count > 0 || Describe(material) is not { } described || described.Fingerprint == current)
            return null;
        var statement = Announcement.Statement(core, current, described.Fingerprint, at);
        using var ec = material.Leaf!.GetECDsaPrivateKey();
        using var rsa = material.Leaf!.GetRSAPrivateKey();
        var proof = ec is not null
            ? ec.SignData(statement, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            : rsa?.SignData(statement, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        return proof is null ? null : new Announcement(described, at, proof);
    }

    private Result<(CertificateMaterial Material, PresentedCertificate Described)> Read(OwnCertificateSource source, Fqdn name)
    {
        var material = CertificateSources.Read(Placed(source));
        var described = Describe(material);
        List<CoreSyncError> faults = [.. material.Errors, .. described is null ? [] : OwnCertificateCheck.Faults(described, name, source.Text, time.GetUtcNow())];
        return described is null || faults.Count > 0 ? Result.Fail(faults) : (material, described);
    }

    private PresentedCertificate? Describe(CertificateMaterial material)
    {
        try
        {
            return material.Leaf is null ? null : reader.Read(material.Leaf.RawDataMemory, [.. material.Others.Select(one => one.RawData)], askRevocation: false);
        }
        catch (CryptographicException ex)
        {
            material.Errors.Add(new IdentityUnusableError(File, ex.Message));
            return null;
        }
    }

    private Result Forget()
    {
        try
        {
            KeyFile.Remove(chosen.Path);
            KeyFile.Remove(File);
            return Result.Ok();
        }
        catch (CoreSyncException ex)
        {
            return Result.Fail(ex.Error);
        }
    }

    private OwnCertificateSource Placed(OwnCertificateSource source) => source is GeneratedSource ? new PemSource(File, File, null) : source;
}
