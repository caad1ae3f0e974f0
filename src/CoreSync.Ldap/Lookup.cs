using System.DirectoryServices.Protocols;
using CoreSync.Accounts;
using CoreSync.Errors;
using CoreSync.Infrastructure.Tls;

namespace CoreSync.Ldap;

/// <summary>The directory as this core sees it with its own credential: what a name stands for, and which groups an entry belongs to.</summary>
internal sealed class Lookup : IDisposable
{
    private readonly LdapSession session;
    private readonly CertificateReader reader;
    private readonly TimeProvider time;

    private Lookup(LdapConfiguration configuration, IReadOnlyList<DirectoryGroup> known, LdapSession session, CertificateReader reader, TimeProvider time)
    {
        Configuration = configuration;
        Known = known;
        this.session = session;
        this.reader = reader;
        this.time = time;
    }

    public LdapConfiguration Configuration { get; }

    /// <summary>The groups that have rights on this core.</summary>
    public IReadOnlyList<DirectoryGroup> Known { get; }

    /// <summary>Connects and binds with this core's credential.</summary>
    /// <exception cref="CoreSyncException">With <see cref="AccountDirectoryUnavailableError"/> or <see cref="AccountDirectoryBindError"/>.</exception>
    public static Lookup Open(LdapConfiguration configuration, IReadOnlyList<DirectoryGroup> known, CertificateReader reader, TimeProvider time)
    {
        var session = LdapSession.Open(configuration, reader, time);
        try
        {
            if (!session.Bind(configuration.Bind.User, configuration.Bind.Password))
                throw new CoreSyncException(new AccountDirectoryBindError(configuration.Server, configuration.Bind.User));
            return new Lookup(configuration, known, session, reader, time);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>A second connection, not bound.</summary>
    public LdapSession Another() => LdapSession.Open(Configuration, reader, time);

    /// <summary>The entries of a name: two are enough to know that it is not one.</summary>
    public (IReadOnlyList<SearchResultEntry> Entries, bool HasMore) Entries(string name) =>
        session.Search(Configuration.Base, LdapFilter.Fill(Configuration.UserFilter, "{user}", name), 2, LdapEntry.Attributes(Configuration.NameAttribute));

    /// <summary>The groups that an entry belongs to, direct and nested.</summary>
    public (IReadOnlySet<DistinguishedName> Groups, bool IsBounded) Groups(LdapEntry entry)
    {
        var (groups, isBounded) = GroupWalk.From(entry.Name, Configuration.GroupDepth, members =>
        {
            var filters = string.Concat(members.Select(member => LdapFilter.Fill(Configuration.GroupFilter, "{dn}", member)));
            var (found, hasMore) = session.Search(Configuration.GroupBase, members.Count == 1 ? filters : $"(|{filters})", GroupWalk.MaxGroups);
            return ([.. found.Select(group => group.DistinguishedName)], hasMore);
        });
        return (groups.ToHashSet(), isBounded);
    }

    public void Dispose() => session.Dispose();
}
