using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Application.Accounts;
using CoreSync.EndToEnd.Tests.Rules;
using CoreSync.Settings;
using CoreSync.Testing;

namespace CoreSync.EndToEnd.Tests.Ldap;

/// <summary>
/// A real OpenLDAP server on loopback with a certificate of its own. It refuses to be asked in clear and anonymously. <c>sync</c> is in the group <c>team</c>, which is in <c>editors</c>;
/// <c>root</c> is in <c>admins</c>; <c>nobody</c> is in none.
/// </summary>
internal sealed class DirectoryServer : IAsyncDisposable
{
    public const string Editors = "cn=editors,ou=groups,dc=example,dc=com";
    public const string Admins = "cn=admins,ou=groups,dc=example,dc=com";
    public const string Team = "cn=team,ou=groups,dc=example,dc=com";
    public const string BindName = "cn=coresync,dc=example,dc=com";
    public const string BindPassword = "look-up-password-of-coresync";
    public const string RootPassword = "password-of-the-root-user";

    private const string AdminName = "cn=admin,dc=example,dc=com";
    private const string AdminPassword = "admin";
    private static readonly string? Binary = new[] { "/usr/sbin/slapd", "/usr/lib/openldap/slapd" }.FirstOrDefault(File.Exists);

    private readonly TempDirectory directory = new();
    private readonly (int Clear, int Tls) ports = (FreePort(), FreePort());
    private Process? process;
    private Task reading = Task.CompletedTask;

    /// <summary>Where it listens with TLS from the first byte.</summary>
    public string Ldaps => $"127.0.0.1:{ports.Tls.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Where it listens for StartTLS.</summary>
    public string StartTls => $"127.0.0.1:{ports.Clear.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>A PEM file with what vouches for it.</summary>
    public string CertificatesFile => directory.At("vouching.pem");

    /// <summary>What it did: connections, binds, searches with their filters.</summary>
    public string Log
    {
        get
        {
            using var file = new FileStream(directory.At("slapd.log"), FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
    }

    public static void SkipIfMissing() =>
        Assert.SkipUnless(Binary is not null && File.Exists("/usr/bin/ldapmodify"), "needs slapd and ldap-utils");

    /// <summary>Starts a server; the test is skipped where there is none.</summary>
    /// <param name="certificate">What it shows.</param>
    /// <param name="more">Entries beside the usual ones, as LDIF.</param>
    public static async Task<DirectoryServer> StartAsync(ServerCertificate certificate = ServerCertificate.Good, string more = "")
    {
        SkipIfMissing();
        var server = new DirectoryServer();
        server.Write(certificate, more);
        await RunAsync("/usr/sbin/slapadd", ["-f", server.directory.At("slapd.conf"), "-l", server.directory.At("entries.ldif")]);
        await server.ResumeAsync();
        return server;
    }

    /// <summary>Starts the process again, with what it held.</summary>
    public async Task ResumeAsync()
    {
        var start = new ProcessStartInfo(Binary!, ["-f", directory.At("slapd.conf"), "-h", $"ldap://{StartTls} ldaps://{Ldaps} ldapi://{Uri.EscapeDataString(directory.At("ldapi"))}", "-d", "256"])
        {
            RedirectStandardError = true,
        };
        process = Process.Start(start)!;
        reading = KeepLogAsync(process);
        foreach (var port in new[] { ports.Clear, ports.Tls })
            await Eventually.IsTrueAsync(() => AnswersAsync(port), "slapd listens");
    }

    /// <summary>Ends the process as a crash would.</summary>
    public async Task StopAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        await reading;
    }

    /// <summary>Changes entries.</summary>
    public Task ChangeAsync(string ldif)
    {
        File.WriteAllText(directory.At("change.ldif"), ldif);
        return RunAsync(
            "/usr/bin/ldapmodify", ["-x", "-H", "ldapi://" + Uri.EscapeDataString(directory.At("ldapi")), "-D", AdminName, "-w", AdminPassword, "-f", directory.At("change.ldif")]);
    }

    /// <summary>Takes a member out of a group, or puts it in.</summary>
    public Task MemberAsync(string group, string member, bool isIn) => ChangeAsync($"dn: {group}\nchangetype: modify\n{(isIn ? "add" : "delete")}: member\nmember: {member}\n");

    public static string User(string name) => $"uid={name},ou=people,dc=example,dc=com";

    /// <summary>Makes a core use it.</summary>
    public async Task ConfigureAsync(RealCore core, bool startTls = false)
    {
        await core.SetAsync(Setting.LdapServer, startTls ? StartTls : Ldaps);
        await core.SetAsync(Setting.LdapSecurity, startTls ? "start-tls" : "ldaps");
        await core.SetAsync(Setting.LdapCertificatesFile, CertificatesFile);
        await core.SetAsync(Setting.LdapBase, "dc=example,dc=com");
        await core.SetAsync(Setting.LdapTimeout, "3");
        await core.TellAsync(new SetCredential(null, false, BindName, BindPassword, Directory: true));
        await core.AskAsync(new AddDirectoryGroup("CN=Editors, OU=Groups, DC=example, DC=com", Accounts.Rights.Edit, []));
        await core.AskAsync(new AddDirectoryGroup(Admins, Accounts.Rights.ConsoleAdministrator, []));
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
            await StopAsync();
        process?.Dispose();
        directory.Dispose();
    }

    private void Write(ServerCertificate kind, string more)
    {
        using var authority = Issue("CN=Directory authority", null, ServerCertificate.Good);
        using var leaf = kind == ServerCertificate.SelfSigned ? Issue("CN=directory", null, kind) : Issue("CN=directory", authority, kind);
        File.WriteAllText(directory.At("server.pem"), leaf.ExportCertificatePem());
        File.WriteAllText(directory.At("server.key"), leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        using var stranger = Issue("CN=Another authority", null, ServerCertificate.Good);
        File.WriteAllText(CertificatesFile, (kind == ServerCertificate.Stranger ? stranger : kind is ServerCertificate.SelfSigned or ServerCertificate.Pinned ? leaf : authority).ExportCertificatePem());
        Directory.CreateDirectory(directory.At("data"));
        File.WriteAllText(directory.At("slapd.conf"), $"""
            include /etc/ldap/schema/core.schema
            include /etc/ldap/schema/cosine.schema
            include /etc/ldap/schema/inetorgperson.schema
            modulepath /usr/lib/ldap
            moduleload back_mdb
            TLSCertificateFile {directory.At("server.pem")}
            TLSCertificateKeyFile {directory.At("server.key")}
            security simple_bind=64
            disallow bind_anon
            require authc
            database mdb
            suffix "dc=example,dc=com"
            rootdn "{AdminName}"
            rootpw {AdminPassword}
            directory {directory.At("data")}
            """);
        File.WriteAllText(directory.At("entries.ldif"), Entries() + more);
    }

    private static string Entries() => string.Join("\n\n",
    [
        "dn: dc=example,dc=com\nobjectClass: domain\ndc: example",
        "dn: ou=people,dc=example,dc=com\nobjectClass: organizationalUnit\nou: people",
        "dn: ou=groups,dc=example,dc=com\nobjectClass: organizationalUnit\nou: groups",
        $"dn: {BindName}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: coresync\nuserPassword: {BindPassword}",
        Person("sync", RealCore.Password), Person("root", RootPassword), Person("nobody", "password-of-nobody"),
        Group("cn=team,ou=groups,dc=example,dc=com", "team", User("sync")),
        Group(Editors, "editors", Team, "cn=circle,ou=groups,dc=example,dc=com"),
        Group("cn=circle,ou=groups,dc=example,dc=com", "circle", Editors),
        Group(Admins, "admins", User("root")),
    ]) + "\n\n";

    /// <summary>An entry of a person, as LDIF.</summary>
    public static string Person(string name, string password) => $"dn: {User(name)}\nobjectClass: inetOrgPerson\nuid: {name}\ncn: {name}\nsn: {name}\nuserPassword: {password}";

    /// <summary>An entry of a group, as LDIF.</summary>
    public static string Group(string dn, string name, params string[] members) =>
        $"dn: {dn}\nobjectClass: groupOfNames\ncn: {name}\n" + string.Join('\n', members.Select(member => "member: " + member));

    private static X509Certificate2 Issue(string subject, X509Certificate2? issuer, ServerCertificate kind)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (kind == ServerCertificate.OtherName)
            names.AddDnsName("other.example.net");
        else
            names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(issuer is null, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        if (issuer is null)
            return request.CreateSelfSigned(now.AddYears(-2), now.AddYears(1));
        using var issued = request.Create(issuer, now.AddYears(-1), kind == ServerCertificate.Expired ? now.AddDays(-1) : now.AddMonths(6), [1]);
        return issued.CopyWithPrivateKey(key);
    }

    private static async Task RunAsync(string program, IReadOnlyList<string> args)
    {
        using var run = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = run.StandardOutput.ReadToEndAsync();
        var error = await run.StandardError.ReadToEndAsync();
        await run.WaitForExitAsync();
        Assert.True(run.ExitCode == 0, $"{program}: {await output} {error}");
    }

    private async Task KeepLogAsync(Process running)
    {
        await using var log = new StreamWriter(new FileStream(directory.At("slapd.log"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        while (await running.StandardError.ReadLineAsync() is { } line)
            await log.WriteLineAsync(line);
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>What a directory server shows.</summary>
public enum ServerCertificate
{
    /// <summary>Issued by the authority in the file.</summary>
    Good,

    /// <summary>Issued by an authority that is not in the file; the certificate itself is.</summary>
    Pinned,

    /// <summary>Issued by itself, and in the file.</summary>
    SelfSigned,

    /// <summary>Issued by another authority than the one in the file.</summary>
    Stranger,

    /// <summary>Expired yesterday.</summary>
    Expired,

    /// <summary>For another name.</summary>
    OtherName,
}
