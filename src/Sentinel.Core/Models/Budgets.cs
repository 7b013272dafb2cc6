namespace Sentinel.Core.Models;

/// <summary>Which share of good images may be flagged.</summary>
/// <param name="FalseAlarm">Called anomalous, 0..1.</param>
/// <param name="Suspect">Called suspect or anomalous, 0..1.</param>
public sealed record Budgets(double FalseAlarm, double Suspect);
