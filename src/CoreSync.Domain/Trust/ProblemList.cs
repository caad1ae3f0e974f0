using System.Text.Json;

namespace CoreSync.Trust;

/// <summary>The invariant text form of problems: camel-case names, as in JSON and logs.</summary>
public static class ProblemList
{
    /// <summary>The names, separated by commas; <c>none</c> when empty.</summary>
    public static string Text(IEnumerable<CertificateProblem> problems)
    {
        var names = problems.Select(Name).ToList();
        return names.Count == 0 ? "none" : string.Join(", ", names);
    }

    /// <summary>The invariant name of one problem, such as <c>selfSigned</c>.</summary>
    public static string Name(CertificateProblem problem) => JsonNamingPolicy.CamelCase.ConvertName(problem.ToString());
}
