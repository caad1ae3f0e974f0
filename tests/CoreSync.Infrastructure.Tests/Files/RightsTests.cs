using CoreSync.Application.Items;

namespace CoreSync.Infrastructure.Tests.Files;

/// <summary>What the account may not read or write is named, and nothing is inferred from it. Root may everything: the test then runs itself as nobody.</summary>
public sealed class RightsTests
{
    [Fact]
    public async Task Missing_rights_are_named_and_nothing_is_inferred_from_them()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "rights are different there");
        if (!Environment.IsPrivilegedProcess)
        {
            await Child_without_rights();
            return;
        }

        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "setpriv gives up the rights of root");
        var (exitCode, text) = TempTree.Run(
            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "HOME=/tmp", "DOTNET_CLI_HOME=/tmp", "dotnet", typeof(RightsTests).Assembly.Location, "--explicit", "only",
            "--results-directory", "/tmp", "--filter-method", $"{typeof(RightsTests).FullName}.{nameof(Child_without_rights)}");
        Assert.True(exitCode == 0, text);
    }

    [Fact(Explicit = true)]
    public async Task Child_without_rights()
    {
        using var bench = new FilesBench();
        for (var i = 0; i < 20; i++)
            bench.Tree.Write($"send/closed/sub/file{i}", $"{i}");
        bench.Tree.Write("send/closed-too", "1");
        bench.Tree.Write("send/unreadable", "1");
        bench.Tree.Write("send/zz", "1");
        await bench.ScanAsync();
        var written = bench.SourceCatalogue.Log.Count;
        SetMode(bench.Tree["send/closed"], UnixFileMode.None);
        File.SetLastWriteTimeUtc(bench.Tree["send/unreadable"], new DateTime(SomeFile.Modified, DateTimeKind.Utc));
        SetMode(bench.Tree["send/unreadable"], UnixFileMode.None);
        bench.MassDeletePercent = 0;

        ScanSummary summary;
        try
        {
            summary = await bench.ScanAsync();
        }
        finally
        {
            SetMode(bench.Tree["send/closed"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Assert.Equal((0, 2), (summary.Deleted, summary.Problems));
        Assert.Equal(written, bench.SourceCatalogue.Log.Count);
        Assert.Equal(["closed", "unreadable"], (await bench.SourceCatalogue.ScanProblemsAsync(bench.Sent.Name, default)).Select(problem => problem.Path));

        bench.Tree.Make("receive/locked");
        SetMode(bench.Tree["receive/locked"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var outcomes = await bench.StageAndApplyAsync([SomeFile.Item("locked/file", "1").With("1"), SomeFile.Item("open/file", "2").With("2")]);
        Assert.Equal("path.obstructed", Assert.Single(outcomes).Code);
        Assert.Contains("receive/locked", outcomes[0].Message, StringComparison.Ordinal);
        Assert.True(File.Exists(bench.Tree["receive/open/file"]));
        SetMode(bench.ReceiveTo, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.True(bench.Scanner().Check(bench.Received).IsFailed);
        SetMode(bench.ReceiveTo, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        SetMode(bench.Tree["receive/locked"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.True(bench.Scanner().Check(bench.Received).IsSuccess);
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }
}
