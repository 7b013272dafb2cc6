using System.Globalization;
using Sentinel.Core.Models;

namespace Sentinel.Worker.Commands.Models;

/// <summary>A gate table as lines of text.</summary>
internal static class GateLines
{
    public static IEnumerable<string> Of(GateTable gate)
    {
        yield return "";
        yield return $"{"",-56} {"images",7} {$"model {gate.Champion ?? "-"}",10} {"this",10}  difference (95 %)";
        foreach (var row in gate.Rows)
        {
            var interval = row.Low is null ? "" : $"{Number(row.Low)} to {Number(row.High)}";
            yield return $"{row.Measure,-56} {(row.Images == 0 ? "" : row.Images),7} {Number(row.Champion),10} {Number(row.Challenger),10}  {interval}{(row.Passed ? "" : "  NOT KEPT")}";
        }

        yield return $"Decision: {gate.Decision.ToString().ToLowerInvariant()}";
        foreach (var reason in gate.Reasons)
        {
            yield return $"- {reason}";
        }
    }

    private static string Number(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "";
}
