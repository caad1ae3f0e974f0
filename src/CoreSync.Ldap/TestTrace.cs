using CoreSync.Application.Targets;
using CoreSync.Errors;

namespace CoreSync.Ldap;

/// <summary>The verdicts of a test of the directory, in the order of a sign-in.</summary>
internal sealed class TestTrace(bool withPassword)
{
    private static readonly string[] All = ["settings", "server", "tls", "certificate", "bind", "search", "password", "groups", "rights"];

    private readonly string[] steps = withPassword ? All : [.. All.Where(step => step != "password")];
    private readonly Dictionary<string, string> passed = new(StringComparer.Ordinal);

    /// <summary>A step is good.</summary>
    public void Pass(string step, string detail) => passed[step] = detail;

    /// <summary>All are good.</summary>
    public IReadOnlyList<ConnectionStep> Passed() => [.. steps.Select(step => new ConnectionStep(step, StepVerdict.Passed, passed.GetValueOrDefault(step, "")))];

    /// <summary>The first that did not pass failed; those after it were not tried.</summary>
    public IReadOnlyList<ConnectionStep> Failed(CoreSyncError error)
    {
        var failed = steps.First(step => !passed.ContainsKey(step));
        return
        [
            .. steps.Select(step => passed.TryGetValue(step, out var detail) ? new ConnectionStep(step, StepVerdict.Passed, detail)
                : step == failed ? new ConnectionStep(step, StepVerdict.Failed, error.Message, error)
                : new ConnectionStep(step, StepVerdict.Skipped, "")),
        ];
    }
}
