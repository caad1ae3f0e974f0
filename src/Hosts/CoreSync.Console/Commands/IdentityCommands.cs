using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Cores;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Errors;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

internal static class IdentityCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(globals, "identity", ShowVerb(globals), UseVerb(globals), ExportVerb(globals), AnnounceVerb(globals), RenewVerb(globals));

    /// <summary>Prints what the administrator of another core must see.</summary>
    public static void Print(CoreIdentity identity) => Terminal.Facts(
        System.Console.Out,
        [
            (T("field.core"), identity.Core.Name.Display),
            (T("field.core-id"), identity.Core.Id.ToString()),
            (T("field.role"), Label(identity.Core.Role)),
            .. Show.Certificate(identity.Certificate),
            (T("field.days-left"), Show.Days(identity.Certificate, Invocation.Time.GetUtcNow())),
            (T("field.source"), identity.Source is GeneratedSource ? T("source.generated") : identity.Source.Text),
            (T("field.fingerprint"), identity.Certificate.Fingerprint.ToString()),
            (T("field.announced"), identity.Next?.Fingerprint.ToString()),
        ]);

    private static Verb ShowVerb(GlobalOptions globals) => Verb.Of(globals, "identity show", [], async run =>
    {
        var identity = await run.AskAsync(new ShowIdentity());
        run.Answer("identity-show", CoreJson.Identity(identity), () => Print(identity));
    });

    private static Verb ExportVerb(GlobalOptions globals)
    {
        var file = Symbols.Argument("FILE", "pem-file");
        return Verb.Of(globals, "identity export", [file], async run =>
        {
            var pem = await run.AskAsync(new ExportIdentity());
            var path = Path.GetFullPath(run.Get(file));
            try
            {
                await File.WriteAllTextAsync(path, pem, run.Stop);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new CommandFailure(new StoreUnwritableError(path, failure.Message));
            }

            run.Answer("identity-export", new JsonObject { ["file"] = path }, () => Terminal.Data(T("identity.exported", path)));
        });
    }

    private static Verb UseVerb(GlobalOptions globals)
    {
        var source = new CertificateSourceOptions();
        return Verb.Of(globals, "identity use", source.All, async run =>
        {
            var chosen = source.Read(run) ?? throw CommandFailure.Usage(T("identity.use-one"));
            var identity = await run.AskAsync(new UseCertificate(chosen));
            run.Answer("identity-use", CoreJson.Identity(identity), () => Print(identity));
            run.Terminal.Note(T("identity.used"));
        });
    }

    private static Verb AnnounceVerb(GlobalOptions globals)
    {
        var source = new CertificateSourceOptions();
        var withdraw = Symbols.Flag("--withdraw");
        return Verb.Of(globals, "identity announce", [.. source.All, withdraw], async run =>
        {
            var chosen = source.Read(run);
            if (run.Get(withdraw) && chosen is not null)
                throw CommandFailure.Usage(T("identity.announce-or-withdraw"));
            var identity = run.Get(withdraw) ? await run.AskAsync(new WithdrawAnnouncement()) : await run.AskAsync(new AnnounceNextCertificate(chosen));
            run.Answer("identity-announce", CoreJson.Identity(identity), () => Print(identity));
            run.Terminal.Note(T(run.Get(withdraw) ? "identity.withdrawn" : "identity.announced"));
        });
    }

    private static Verb RenewVerb(GlobalOptions globals)
    {
        var sameKey = Symbols.Flag("--same-key");
        var announced = Symbols.Flag("--announced");
        return Verb.Of(globals, "identity renew", [sameKey, announced], async run =>
        {
            if (run.Get(sameKey) && run.Get(announced))
                throw CommandFailure.Usage(T("identity.same-key-or-announced"));
            run.Confirm(T(run.Get(announced) ? "identity.switch-confirm" : "identity.renew-confirm"));
            var identity = run.Get(announced) ? await run.AskAsync(new SwitchToAnnounced()) : await run.AskAsync(new RenewIdentity(run.Get(sameKey)));
            run.Answer("identity-renew", CoreJson.Identity(identity), () => Print(identity));
            run.Terminal.Note(T(run.Get(announced) ? "identity.switched" : "identity.renewed"));
        });
    }
}
