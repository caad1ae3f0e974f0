using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CoreSync.Accounts;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Commands;
using CoreSync.Console.Output;
using CoreSync.Console.Trust;
using CoreSync.Hosting;
using CoreSync.Items;
using CoreSync.Jobs;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Quickstart;

/// <summary>The main job as a story on one machine: two cores, a trust decision, a real directory kept in step, a changed certificate that blocks.</summary>
/// <remarks>Nothing is staged: certificates, handshakes, the account, the engines and the store are those of production, in a temporary directory.</remarks>
internal sealed class QuickstartStory : IAsyncDisposable
{
    private const string Component = "quickstart";
    private const string Account = "sync-service";

    private readonly Invocation run;
    private readonly string path;
    private readonly bool keep;
    private readonly string root;
    private readonly QuickstartCore source;
    private readonly QuickstartCore target;
    private readonly long began = Invocation.Time.GetTimestamp();
    private int step;

    public QuickstartStory(Invocation run, string path, bool keep)
    {
        this.run = run;
        this.path = path;
        this.keep = keep;
        root = Directory.CreateTempSubdirectory("coresync-quickstart-").FullName;
        source = new QuickstartCore("source.coresync.test", Path.Combine(root, "source"), run.Log);
        target = new QuickstartCore("target.coresync.test", Path.Combine(root, "target"), run.Log);
    }

    private string Sent => Path.Combine(root, "sent");

    private string Received => Path.Combine(root, "received");

    /// <summary>Tells the story from beginning to end.</summary>
    /// <exception cref="CommandFailure">Code 6 when the person answers no; otherwise what went wrong.</exception>
    public async Task TellAsync()
    {
        await MakeCoresAsync();
        await MakeAccountAndComponentAsync();
        await AddTargetAsync();

        Step("quickstart.first-sync");
        await SynchroniseAsync();
        Compare();

        Step("quickstart.change");
        foreach (var change in QuickstartChange.Make(Sent, 1))
            Say("  " + change);
        await SynchroniseAsync();
        Compare();

        await ReplaceCertificateAsync();
        await TrustAgainAsync();
        await SumUpAsync();
    }

    private async Task MakeCoresAsync()
    {
        Step("quickstart.cores");
        var suffix = RandomNumberGenerator.GetHexString(8, lowercase: true);
        foreach (var core in new[] { source, target })
        {
            var identity = await core.InitialiseAsync($"CoreSync-quickstart-{suffix}-{core.Name.Split('.')[0]}", run.Stop);
            await core.ServeAsync(0, run.Stop);
            Say(T("quickstart.core", core.Name, core.Address, identity.Certificate.Subject, identity.Certificate.Fingerprint.ShortText));
        }
    }

    private async Task MakeAccountAndComponentAsync()
    {
        Step("quickstart.account");
        var password = RandomNumberGenerator.GetHexString(32);
        await target.AskAsync(new AddAccount(Account, Rights.Edit, [Component], password), run.Stop);
        await source.Commands.TellAsync(new SetCredential(null, false, Account, password), run.Stop);
        var (files, bytes) = DirectoryTree.Copy(path, Sent, run.Stop);
        Directory.CreateDirectory(Received);
        Say(T("quickstart.copy", path, files, Show.Bytes(bytes), Sent));
        await target.AskAsync(new AddFilesComponent(Component, null, Received, [], [], OnDelete: DeletePolicy.Delete), run.Stop);
        await source.AskAsync(new AddFilesComponent(Component, Sent, null, [], []), run.Stop);
        Say(T("quickstart.component", Component, Received));
    }

    private async Task AddTargetAsync()
    {
        Step("quickstart.add-target");
        Say(T("quickstart.add-target-why"));
        await source.AskAsync(new AddTargetCore(target.Name, "quickstart", ConnectTo: target.Address.ToString()), run.Stop);
        try
        {
            await DecideAsync();
        }
        catch (CommandFailure refusal) when (refusal.Code == HostExitCode.NotTrusted)
        {
            Step("quickstart.refused");
            var jobs = await source.AskAsync(new SyncNow([target.Name], Wait: true), run.Stop);
            JobCommands.Print(run, jobs);
            var arrived = Directory.EnumerateFileSystemEntries(Received).Count();
            Say(T("quickstart.refused-why", arrived));
            throw;
        }
    }

    // On a terminal a person decides; elsewhere the fingerprint comes from the other core itself, as an administrator would read it there.
    private async Task DecideAsync()
    {
        var identity = await target.AskAsync(new ShowIdentity(), run.Stop);
        if (run.MayAsk)
        {
            Terminal.Tell("");
            Terminal.Tell(T("quickstart.identity-there", target.Name));
            Terminal.Tell("  " + identity.Certificate.Fingerprint);
            var seen = await source.AskAsync(new ProbeCertificate(target.Name), run.Stop);
            await new TrustDialog(source.Commands, Terminal.Ask, Terminal.Tell).RunAsync(target.Name, target.Name + ":443", seen, run.Stop);
            return;
        }

        var view = await source.AskAsync(new TrustTargetCore(target.Name, identity.Certificate.Fingerprint.ToString(), "quickstart"), run.Stop);
        Say(T("quickstart.trusted-by-itself", identity.Certificate.Fingerprint, Show.Problems(view.Problems)));
    }

    private async Task<IReadOnlyList<SyncJob>> SynchroniseAsync(bool isBlocked = false)
    {
        var since = Invocation.Time.GetUtcNow();
        var asked = await JobProgressView.WhileAsync(run, source.Commands, source.AskAsync(new SyncNow([target.Name], Wait: true), run.Stop));
        // The engine of the source core may have begun on its own: what it did counts as well.
        var jobs = (await source.AskAsync(new ListJobs(target.Name), run.Stop)).Where(job => job.QueuedAt >= since || asked.Any(mine => mine.Id == job.Id)).ToList();
        Say(T("quickstart.synced", jobs.Sum(job => job.Progress.Applied), Show.Bytes(jobs.Sum(job => job.Progress.BytesSent)), jobs.Count));
        var code = JobExitCode.Of(asked);
        if (!isBlocked && code != HostExitCode.Done)
            JobCommands.Throw(asked, code);
        return asked;
    }

    private void Compare()
    {
        var different = DirectoryTree.Differences(Sent, Received, run.Stop);
        if (different.Count > 0)
            throw CommandFailure.Usage(T("quickstart.different", different.Count, string.Join(", ", different.Take(5))));
        Say(T("quickstart.identical", Sent, Received));
    }

    private async Task ReplaceCertificateAsync()
    {
        Step("quickstart.replace");
        var renewed = await target.AskAsync(new RenewIdentity(), run.Stop);
        Say(T("quickstart.renewed", target.Name, renewed.Certificate.Fingerprint.ShortText));
        foreach (var change in QuickstartChange.Make(Sent, 2))
            Say("  " + change);
        var jobs = await SynchroniseAsync(isBlocked: true);
        var code = JobExitCode.Of(jobs);
        if (code != HostExitCode.CertificateChanged)
            throw CommandFailure.Usage(T("quickstart.not-blocked", code));
        Say("  " + ErrorView.Of(jobs[0]).Message);
        Say(T("quickstart.blocked", code, DirectoryTree.Differences(Sent, Received, run.Stop).Count));
    }

    private async Task TrustAgainAsync()
    {
        Step("quickstart.trust-again");
        await DecideAsync();
        await SynchroniseAsync();
        Compare();
    }

    private async Task SumUpAsync()
    {
        Step("quickstart.end");
        var targets = await source.AskAsync(new ListTargetCores(), run.Stop);
        var jobs = await source.AskAsync(new ListJobs(), run.Stop);
        var seconds = Invocation.Time.GetElapsedTime(began).TotalSeconds;
        var json = new JsonObject
        {
            ["identical"] = true,
            ["seconds"] = Math.Round(seconds, 1),
            ["sent"] = Sent,
            ["received"] = Received,
            ["kept"] = keep,
            ["targets"] = Json.List(targets, CoreJson.Target),
            ["jobs"] = Json.List(jobs, CoreJson.Job),
        };
        run.Answer("quickstart", json, () =>
        {
            run.Terminal.Table(
                [T("column.fqdn"), T("column.address"), T("field.data-directory")],
                new[] { source, target }.Select(core => new[] { core.Name, core.Address.ToString(), core.DataDirectory }));
            TargetCommands.Print(run, targets);
            JobCommands.Print(run, jobs);
            Say(T("quickstart.done", seconds.ToString("0.0", CultureInfo.CurrentCulture)));
        });
    }

    private void Step(string key)
    {
        step++;
        if (run.IsJson || run.IsQuiet)
            return;
        Terminal.Data("");
        Terminal.Data($"{step.ToString(CultureInfo.InvariantCulture)}. {T(key)}");
    }

    private void Say(string line)
    {
        if (!run.IsJson && !run.IsQuiet)
            Terminal.Data("   " + Hosting.Logging.Printable.Line(line));
    }

    public async ValueTask DisposeAsync()
    {
        await source.StopAsync();
        await target.StopAsync();
        if (keep)
        {
            Say("");
            Say(T("quickstart.kept", root, source.DataDirectory, target.DataDirectory));
        }
        else
        {
            source.ForgetCertificates();
            target.ForgetCertificates();
        }

        await source.DisposeAsync();
        await target.DisposeAsync();
        if (!keep)
            Directory.Delete(root, recursive: true);
    }
}
