using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using CoreSync.AdminApi;
using CoreSync.AdminApi.Access;
using CoreSync.AdminApi.SignIn;
using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Application.Pipeline;
using CoreSync.Infrastructure.Files;
using CoreSync.Infrastructure.Outbox;
using CoreSync.Infrastructure.Sqlite;
using CoreSync.Infrastructure.Tls;
using CoreSync.Infrastructure.Wire;

namespace CoreSync.EndToEnd.Tests.Embedding;

/// <summary>What products compile against changes only with the text that a person reviews: docs/public-api.txt. To accept a change, run the test with CORESYNC_ACCEPT_API=1.</summary>
public sealed class PublicApiTests
{
    private static readonly Type[] Surface =
    [
        typeof(ISyncComponent), typeof(IListedComponent), typeof(ListedItem), typeof(IncomingItem), typeof(ItemAnswer), typeof(ItemDraft), typeof(ICoreSyncItems), typeof(RefusedWrite),
        typeof(CoreSyncBuilder), typeof(CoreSyncServiceCollectionExtensions), typeof(SqliteServiceCollectionExtensions), typeof(FilesServiceCollectionExtensions),
        typeof(TlsServiceCollectionExtensions), typeof(OutboxServiceCollectionExtensions), typeof(OutboxDialect), typeof(PayloadFolders), typeof(CoreSyncListener), typeof(PeerEndpoints),
        typeof(CoreStart), typeof(ResultExtensions), typeof(ICurrentActor), typeof(CoreSyncAdminOptions), typeof(CoreSyncAdminServiceCollectionExtensions), typeof(CoreSyncApiEndpoints),
        typeof(AdminAccess), typeof(AdminRefusal), typeof(AdminRoutes), typeof(IAdminSignIn), typeof(ICurrentAdmin),
    ];

    [Fact]
    public void What_embedders_use_is_what_was_reviewed()
    {
        var file = Path.GetFullPath(Path.Combine(Here(), "..", "..", "..", "docs", "public-api.txt"));
        var lines = Surface.OrderBy(type => type.FullName, StringComparer.Ordinal).SelectMany(Lines).ToList();
        if (Environment.GetEnvironmentVariable("CORESYNC_ACCEPT_API") == "1")
            File.WriteAllLines(file, lines);

        Assert.Equal(File.ReadAllLines(file), lines);
    }

    private static IEnumerable<string> Lines(Type type)
    {
        yield return type.FullName!;
        var members = type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(member => !member.IsDefined(typeof(CompilerGeneratedAttribute)) && member is not MethodInfo { IsSpecialName: true } && member.Name is not "value__");
        foreach (var line in members.Select(Line).Order(StringComparer.Ordinal))
            yield return "    " + line;
    }

    private static string Line(MemberInfo member) => member switch
    {
        MethodInfo method => string.Create(CultureInfo.InvariantCulture, $"{method.Name}({Parameters(method)}): {Name(method.ReturnType)}"),
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        PropertyInfo property => $"{property.Name}: {Name(property.PropertyType)}",
        FieldInfo { IsLiteral: true } field => string.Create(CultureInfo.InvariantCulture, $"{field.Name} = {field.GetRawConstantValue()}"),
        _ => member.Name,
    };

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(parameter => $"{parameter.Name}: {Name(parameter.ParameterType)}{(parameter.HasDefaultValue ? "?" : "")}"));

    private static string Name(Type type) => !type.IsGenericType ? type.Name
        : $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
