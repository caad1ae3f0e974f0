using System.Reflection;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Assembly = System.Reflection.Assembly;

namespace CoreSync.Architecture.Tests;

/// <summary>Who may know whom. The projects guard the direction; these tests guard what a reference added in passing would break.</summary>
public sealed class DependencyTests
{
    private static readonly string[] Runtime = ["System", "netstandard", "mscorlib"];
    private static readonly Lazy<ArchUnitNET.Domain.Architecture> Loaded = new(() => new ArchLoader().LoadAssemblies([.. Assemblies.Libraries]).Build());

    [Fact]
    public void The_domain_depends_on_nothing_but_FluentResults()
    {
        Assert.Empty(Foreign(Assemblies.Domain).Except(["FluentResults"]));
    }

    [Fact]
    public void The_application_depends_on_no_technology()
    {
        var allowed = new[]
        {
            "CoreSync.Domain", "FluentResults", "MediatR", "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Hosting.Abstractions",
            "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Options", "Microsoft.Extensions.Primitives",
        };

        Assert.Empty(Foreign(Assemblies.Application).Except(allowed));
    }

    [Fact]
    public void The_adapters_know_neither_the_hosts_nor_their_logger_nor_the_mediator()
    {
        var references = Foreign(Assemblies.Infrastructure);

        Assert.DoesNotContain("MediatR", references);
        Assert.DoesNotContain(references, name => name.StartsWith("Serilog", StringComparison.Ordinal));
        Assert.DoesNotContain(references, name => name is "CoreSync.Hosting" or "coresync" or "CoreSyncService");
    }

    [Fact]
    public void The_logger_of_the_hosts_stays_in_the_hosts()
    {
        Assert.All(Assemblies.Libraries, library => Assert.DoesNotContain(Assemblies.References(library), name => name.StartsWith("Serilog", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_store_stays_in_the_adapters()
    {
        string[] store = ["Microsoft.Data.Sqlite", "Dapper", "dbup-core", "dbup-sqlite"];

        Assert.All(Assemblies.All.Except([Assemblies.Infrastructure]), assembly => Assert.Empty(Assemblies.References(assembly).Intersect(store)));
    }

    // The main path is read by going to definitions: nothing below the edge sends commands (style: a use case, in one file).
    [Fact]
    public void Nothing_below_the_edge_sends_commands()
    {
        var senders = Loaded.Value.Types
            .Where(type => type.Dependencies.Any(dependency => dependency.Target.FullName is "MediatR.IMediator" or "MediatR.ISender" or "MediatR.IPublisher" or "MediatR.Mediator"))
            .Select(type => type.FullName)
            .Where(name => !name.StartsWith("CoreSync.Application.Pipeline.", StringComparison.Ordinal));

        Assert.Empty(senders);
    }

    [Fact]
    public void The_engine_does_not_know_the_mediator_at_all()
    {
        string[] engine = ["Replicator", "BatchComposer", "LocalItemSink", "LocalChangeFeed", "InboxRecovery", "SyncEngine", "JobRunner", "DueTargets", "FileScans", "TrustGate"];
        var types = Loaded.Value.Classes.Where(type => engine.Contains(type.Name)).ToList();

        Assert.Equal(engine.Order(StringComparer.Ordinal), types.Select(type => type.Name).Order(StringComparer.Ordinal));
        Assert.All(types, type => Assert.DoesNotContain(type.Dependencies, dependency => InNamespace(dependency.Target, "MediatR")));
    }

    [Fact]
    public void The_domain_has_no_input_output_no_clock_and_no_randomness()
    {
        string[] forbidden =
        [
            "System.IO.File", "System.IO.FileInfo", "System.IO.FileStream", "System.IO.Directory", "System.IO.DirectoryInfo", "System.IO.Path", "System.TimeProvider", "System.Random", "System.Environment",
            "System.Console", "System.Diagnostics.Process", "System.Diagnostics.Stopwatch", "System.Security.Cryptography.RandomNumberGenerator", "System.Threading.Thread", "System.Threading.Tasks.Task",
        ];
        var used = Assemblies.TypesUsed(Assemblies.Domain);

        Assert.Empty(used.Intersect(forbidden));
        Assert.DoesNotContain(used, type => type.StartsWith("System.Net.Http", StringComparison.Ordinal) || type.StartsWith("System.Net.Sockets", StringComparison.Ordinal));
    }

    [Fact]
    public void The_application_touches_neither_files_nor_sockets()
    {
        string[] forbidden = ["System.IO.File", "System.IO.FileInfo", "System.IO.FileStream", "System.IO.Directory", "System.IO.DirectoryInfo", "System.Diagnostics.Process", "System.Console"];
        var used = Assemblies.TypesUsed(Assemblies.Application);

        Assert.Empty(used.Intersect(forbidden));
        Assert.DoesNotContain(used, type => type.StartsWith("System.Net.", StringComparison.Ordinal));
    }

    [Fact]
    public void Handlers_and_adapters_are_internal_and_sealed()
    {
        var open = new[] { Assemblies.Application, Assemblies.Infrastructure }.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false } && !type.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute)))
            .Where(type => type.Name.EndsWith("Handler", StringComparison.Ordinal) || type.Assembly == Assemblies.Infrastructure && type.GetInterfaces().Any(IsPort))
            .Where(type => type.IsVisible || !type.IsSealed);

        Assert.Empty(open.Select(type => type.FullName));
    }

    private static bool IsPort(System.Type contract) => contract.Assembly == Assemblies.Application;

    private static IEnumerable<string> Foreign(Assembly assembly) =>
        Assemblies.References(assembly).Where(name => !Runtime.Any(prefix => name == prefix || name.StartsWith(prefix + ".", StringComparison.Ordinal)));

    private static bool InNamespace(IType type, string name) => type.FullName.StartsWith(name + ".", StringComparison.Ordinal);
}
