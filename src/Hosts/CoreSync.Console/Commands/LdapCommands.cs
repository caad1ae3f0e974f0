using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Accounts;
using CoreSync.Console.CommandLine;

namespace CoreSync.Console.Commands;

/// <summary>The LDAP directory: whether a sign-in with one of its accounts works, step by step.</summary>
internal static class LdapCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(globals, "ldap", Test(globals));

    private static Verb Test(GlobalOptions globals)
    {
        var user = Symbols.Required("--user", "NAME");
        var fromInput = Symbols.Flag("--password-stdin");
        return Verb.Of(globals, "ldap test", [user, fromInput], async run =>
        {
            var password = run.Get(fromInput) ? Passwords.Read(run, fromInput: true, repeat: false) : null;
            var steps = await run.AskAsync(new TestDirectory(run.Get(user)!, password));
            run.Answer("ldap-test", CoreJson.DirectoryTest(run.Get(user)!, steps), () => TargetCommands.PrintSteps(steps));
            TargetCommands.ThrowIfFailed(steps);
        });
    }
}
