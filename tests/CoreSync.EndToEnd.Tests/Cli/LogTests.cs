using CoreSync.Hosting.Logging;
using CoreSync.Testing;
using Microsoft.Extensions.Time.Testing;
using Serilog.Events;
using Serilog.Parsing;

namespace CoreSync.EndToEnd.Tests.Cli;

/// <summary>The log file: one event, one line, whatever the values hold; one name for the present file; several writers.</summary>
public sealed class LogTests : IDisposable
{
    private readonly TempDirectory temp = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 5, 4, 10, 0, 0, TimeSpan.Zero));

    private string Present => temp.At("log", LogFileName.Present);

    [Fact]
    public void Hostile_text_stays_on_its_line_and_sends_no_escape_to_the_terminal()
    {
        var line = LogLine.Of(Event("Core {Name} failed", "evil\r\n2026-01-01T00:00:00.000Z INF 1003 TargetTrusted forged\e[2J\u202e\u2028"));

        Assert.DoesNotContain('\n', line);
        Assert.DoesNotContain('\r', line);
        Assert.DoesNotContain('\e', line);
        Assert.DoesNotContain('\u202e', line);
        Assert.DoesNotContain('\u2028', line);
        Assert.StartsWith("2026-05-04T10:00:00.000Z ERR 1000 CertificateChanged Core evil\\r\\n2026", line, StringComparison.Ordinal);
    }

    [Fact]
    public void An_exception_is_part_of_the_line()
    {
        var failure = new InvalidOperationException("first\nsecond");
        var line = LogLine.Of(new LogEvent(time.GetUtcNow(), LogEventLevel.Fatal, failure, new MessageTemplateParser().Parse("Broken"), []));

        Assert.Contains("InvalidOperationException: first\\nsecond", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void The_present_file_keeps_its_name_and_older_ones_carry_the_day()
    {
        var log = new LogFile(temp.At("log"), time, new LogState(temp.At("log")) { MaxBytes = 300, Keep = 2 });
        for (var i = 0; i < 20; i++)
            log.Emit(Event("Line {Name}", $"number {i} of a log that grows"));

        var files = Directory.GetFiles(temp.At("log"), "*.log").Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        Assert.Contains(LogFileName.Present, files);
        Assert.Equal(3, files.Count);
        Assert.Contains("number 19", File.ReadAllText(Present), StringComparison.Ordinal);
        Assert.All(files.Where(file => file != LogFileName.Present), file => Assert.Matches(@"^CoreSyncService\.exe\.\d{8}\.\d{3}\.log$", file!));
    }

    [Fact]
    public async Task Several_writers_lose_and_mix_nothing()
    {
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            var log = new LogFile(temp.At("log"), time, new LogState(temp.At("log")) { MaxBytes = 4000, Keep = 1000 });
            for (var i = 0; i < 100; i++)
                log.Emit(Event("Line {Name}", $"<{writer}:{i}>"));
        })).ToArray();
        await Task.WhenAll(writers);

        var lines = Directory.GetFiles(temp.At("log"), "*.log").SelectMany(File.ReadAllLines).ToList();
        Assert.Equal(400, lines.Count);
        Assert.Equal(400, lines.Select(line => line[line.IndexOf('<', StringComparison.Ordinal)..]).Distinct().Count());
        Assert.All(lines, line => Assert.EndsWith(">", line, StringComparison.Ordinal));
    }

    private LogEvent Event(string template, string name) => new(
        time.GetUtcNow(), LogEventLevel.Error, null, new MessageTemplateParser().Parse(template),
        [
            new LogEventProperty("Name", new ScalarValue(name)),
            new LogEventProperty("EventId", new StructureValue([new LogEventProperty("Id", new ScalarValue(1000)), new LogEventProperty("Name", new ScalarValue("CertificateChanged"))])),
        ]);

    public void Dispose() => temp.Dispose();
}
