using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Hosting;

namespace CoreSync.Console.Commands;

internal static class VersionCommand
{
    public static Verb Build(GlobalOptions globals) => Verb.Of(globals, "version", [], run =>
    {
        run.Answer(
            "version",
            new JsonObject { ["version"] = ProductVersion.Text, ["runtime"] = RuntimeInformation.FrameworkDescription, ["platform"] = RuntimeInformation.RuntimeIdentifier },
            () => Terminal.Data($"CoreSync {ProductVersion.Text} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})"));
        return Task.CompletedTask;
    });
}
