using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Bundles;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

/// <summary>Whose export files this core imports, beside those of its trusted target cores.</summary>
internal static class SignerCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(globals, "signer", List(globals), Forget(globals));

    private static Verb List(GlobalOptions globals) => Verb.Of(globals, "signer list", [], async run =>
    {
        var signers = await run.AskAsync(new ListSigners());
        run.Answer("signer-list", new JsonObject { ["items"] = Json.List(signers, BundleJson.Signer) }, () => run.Terminal.Table(
            [T("field.fingerprint"), T("field.subject"), T("field.core"), T("column.remembered"), T("column.by")],
            signers.Select(signer => new[] { signer.Fingerprint.ToString(), signer.Subject, signer.Core.ToString(), Show.Time(signer.At), signer.By })));
    });

    private static Verb Forget(GlobalOptions globals)
    {
        var fingerprint = Symbols.Argument("FP", "fingerprint");
        return Verb.Of(globals, "signer forget", [fingerprint], async run =>
        {
            await run.TellAsync(new ForgetSigner(run.Get(fingerprint)));
            run.Answer("signer-forget", new JsonObject { ["fingerprint"] = run.Get(fingerprint) }, () => Terminal.Data(T("signer.forgotten", run.Get(fingerprint))));
        });
    }
}
