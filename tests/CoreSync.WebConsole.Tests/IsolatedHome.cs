using System.Runtime.CompilerServices;
using CoreSync.Testing;

namespace CoreSync.WebConsole.Tests;

internal static class IsolatedHome
{
#pragma warning disable CA2255 // a test assembly is an application
    [ModuleInitializer]
    internal static void Use() => TestHome.Use();
#pragma warning restore CA2255
}
