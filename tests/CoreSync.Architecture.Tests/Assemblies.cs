using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace CoreSync.Architecture.Tests;

/// <summary>The assemblies of the product and what their code refers to.</summary>
internal static class Assemblies
{
    public static Assembly Domain { get; } = typeof(Errors.CoreSyncError).Assembly;

    public static Assembly Application { get; } = typeof(CoreSync.Application.CoreSyncBuilder).Assembly;

    public static Assembly Infrastructure { get; } = Assembly.Load("CoreSync.Infrastructure");

    public static Assembly WebConsole { get; } = Assembly.Load("CoreSync.WebConsole");

    public static Assembly Hosting { get; } = Assembly.Load("CoreSync.Hosting");

    public static Assembly Console { get; } = Assembly.Load("coresync");

    public static Assembly Service { get; } = Assembly.Load("CoreSyncService");

    public static Assembly AdminApi { get; } = Assembly.Load("CoreSync.AdminApi");

    public static IReadOnlyList<Assembly> Libraries { get; } = [Domain, Application, Infrastructure];

    public static IReadOnlyList<Assembly> All { get; } = [.. Libraries, AdminApi, WebConsole, Hosting, Console, Service];

    /// <summary>Names of assemblies that the code of <paramref name="assembly"/> uses.</summary>
    public static IReadOnlyList<string> References(Assembly assembly) =>
        [.. assembly.GetReferencedAssemblies().Select(name => name.Name!).Order(StringComparer.Ordinal)];

    /// <summary>Full names of types outside of <paramref name="assembly"/> that its code uses.</summary>
    public static IReadOnlyList<string> TypesUsed(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        return
        [
            .. metadata.TypeReferences.Select(handle => metadata.GetTypeReference(handle))
                .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}")
                .Order(StringComparer.Ordinal),
        ];
    }
}
