using System.Reflection;

namespace CoreSync.Hosting;

/// <summary>The version of CoreSync.</summary>
public static class ProductVersion
{
    /// <summary>Such as <c>0.1.0</c>, without the build's own suffix.</summary>
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";
}
