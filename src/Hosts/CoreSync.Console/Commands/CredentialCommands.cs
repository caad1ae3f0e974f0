using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Accounts;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

internal static class CredentialCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(globals, "credential", Set(globals), Test(globals), Clear(globals));

    private static Verb Set(GlobalOptions globals)
    {
        var target = Symbols.Text("--target", "FQDN");
        var scheduler = Symbols.Flag("--scheduler");
        var user = Symbols.Required("--user", "NAME");
        var fromInput = Symbols.Flag("--password-stdin");
        return Verb.Of(globals, "credential set", [target, scheduler, user, fromInput], async run =>
        {
            var password = Passwords.Read(run, run.Get(fromInput), repeat: false);
            await run.TellAsync(new SetCredential(run.Get(target), run.Get(scheduler), run.Get(user)!, password));
            var json = CoreJson.CredentialScope(run.Get(target), run.Get(scheduler));
            json["user"] = run.Get(user);
            run.Answer("credential-set", json, () => Terminal.Data(T("credential.set", run.Get(user)!)));
        });
    }

    private static Verb Test(GlobalOptions globals)
    {
        var target = Symbols.Optional("FQDN", "fqdn");
        return Verb.Of(globals, "credential test", [target], async run =>
        {
            var tests = await run.AskAsync(new TestCredential(run.Get(target)));
            run.Answer("credential-test", new JsonObject { ["items"] = Json.List(tests, CoreJson.CredentialTest) }, () =>
            {
                foreach (var test in tests)
                {
                    Terminal.Data(T("credential.test-heading", test.Fqdn, test.User ?? T("none")));
                    TargetCommands.PrintSteps(test.Steps);
                }
            });
            TargetCommands.ThrowIfFailed(tests.SelectMany(test => test.Steps));
        });
    }

    private static Verb Clear(GlobalOptions globals)
    {
        var target = Symbols.Text("--target", "FQDN");
        var scheduler = Symbols.Flag("--scheduler");
        return Verb.Of(globals, "credential clear", [target, scheduler], async run =>
        {
            var cleared = await run.AskAsync(new ClearCredential(run.Get(target), run.Get(scheduler)));
            var json = CoreJson.CredentialScope(run.Get(target), run.Get(scheduler));
            json["cleared"] = cleared;
            run.Answer("credential-clear", json, () => Terminal.Data(T(cleared ? "credential.cleared" : "credential.none")));
        });
    }
}
