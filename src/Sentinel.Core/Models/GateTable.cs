namespace Sentinel.Core.Models;

/// <summary>What the gate decided of a model.</summary>
public enum GateDecision
{
    /// <summary>There was no usable model to compare it with, or only suspect ones.</summary>
    Unopposed,

    /// <summary>It may replace the champion.</summary>
    Accepted,

    /// <summary>It is kept, but may not replace the champion by itself.</summary>
    Rejected,
}

/// <summary>How a model did against the champion on the same images; kept in its manifest whatever was decided.</summary>
public sealed record GateTable
{
    /// <summary>The version it was compared with; null when there was none.</summary>
    public string? Champion { get; init; }

    /// <summary>The version in use that it was not compared with, because that one is suspect (<see cref="ModelManifest.IsSuspect"/>); null when there was no such version.</summary>
    public string? SuspectChampion { get; init; }

    public required GateDecision Decision { get; init; }

    /// <summary>One sentence for each rule that was broken, and for whatever else limits what the table says.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    public required IReadOnlyList<GateRow> Rows { get; init; }
}

/// <summary>One comparison.</summary>
/// <param name="Measure">What is compared.</param>
/// <param name="Images">Images that it was measured on, the same for both; 0 where it follows from the calibration alone.</param>
/// <param name="Champion">The champion's value; null when there is no champion.</param>
/// <param name="Challenger">The challenger's value.</param>
/// <param name="Low">Lower end of the 95 % bootstrap interval of challenger minus champion, where there is one.</param>
/// <param name="High">Upper end of it.</param>
/// <param name="Passed">Whether the rule was kept.</param>
/// <param name="Rule">The rule, in words.</param>
public sealed record GateRow(
    string Measure, int Images, double? Champion, double Challenger, double? Low, double? High, bool Passed, string Rule);
