using System.Globalization;
using System.Text.Json.Nodes;
using CoreSync.Application.Health;

namespace CoreSync.AdminApi.Shapes;

/// <summary>The JSON form of a report on the health of a core.</summary>
internal static class HealthJson
{
    public static JsonObject Report(HealthReport report) => new()
    {
        ["ready"] = report.IsReady,
        ["green"] = report.IsGreen,
        ["core"] = report.Core is { } core ? CoreJson.Core(core) : null,
        ["at"] = Json.Time(report.At),
        ["facts"] = Json.List(report.Facts, fact => new JsonObject { ["area"] = Json.Enum(fact.Area), ["name"] = fact.Name, ["value"] = fact.Value }),
        ["findings"] = Json.List(report.Findings, Finding),
        ["tests"] = Json.List(report.Tests, test => new JsonObject { ["fqdn"] = test.Fqdn.Ascii, ["steps"] = Json.List(test.Steps, CoreJson.Step) }),
    };

    public static JsonObject Finding(HealthFinding finding) => new()
    {
        ["area"] = Json.Enum(finding.Area),
        ["severity"] = Json.Enum(finding.Severity),
        ["code"] = finding.Error.Code,
        ["subject"] = finding.Subject,
        ["message"] = finding.Error.MessageIn(CultureInfo.CurrentUICulture),
        ["hint"] = finding.Error.HintIn(CultureInfo.CurrentUICulture),
        ["since"] = Json.Time(finding.Since),
    };
}
