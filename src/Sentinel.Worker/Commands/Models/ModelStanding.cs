using System.Text.Json;
using System.Text.Json.Serialization;
using Sentinel.Core.Models;

namespace Sentinel.Worker.Commands.Models;

/// <summary>One stored version as <c>models list</c> tells of it.</summary>
internal sealed record ModelStanding
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public required string Product { get; init; }

    public required string Version { get; init; }

    /// <summary><c>in use</c>, <c>waits</c>, <c>rejected</c>, <c>rolled back</c>, <c>earlier</c> or <c>unusable</c>.</summary>
    public required string State { get; init; }

    public DateTimeOffset? TrainedAt { get; init; }

    /// <summary>Known-good images it was made from.</summary>
    public int? Images { get; init; }

    /// <summary>The promised false-alarm rate, 0..1.</summary>
    public double? FalseAlarmRate { get; init; }

    public bool? IsProvisional { get; init; }

    /// <summary>True when it may have learnt by wrong gradients and is to be trained again; absent otherwise.</summary>
    public bool? IsSuspect { get; init; }

    /// <summary>Why it waits, was rejected or cannot be used, and that it is suspect.</summary>
    public string? Why { get; init; }

    public static ModelStanding Of(ModelRegistry registry, string product, string version, ChampionRecord? champion, Challenger? challenger)
    {
        try
        {
            var model = registry.Read(product, version);
            var isRejected = model.Gate?.Decision is GateDecision.Rejected;
            var state = version == champion?.Version ? "in use"
                : version == challenger?.Version ? "waits"
                : champion?.Withdrawn.Contains(version) == true ? "rolled back"
                : champion?.Before.Contains(version) == true ? "earlier"
                : isRejected ? "rejected" : "earlier";
            return new ModelStanding
            {
                Product = product,
                Version = version,
                State = state,
                TrainedAt = model.TrainedAt,
                Images = model.Training.Images.Count,
                FalseAlarmRate = model.Calibration.GuaranteedFalseAlarmRate,
                IsProvisional = model.Calibration.IsProvisional,
                IsSuspect = model.IsSuspect ? true : null,
                Why = string.Join("; ", new[] { model.IsSuspect ? ModelManifest.Suspicion : null, WhyOf(state, model, challenger) }.OfType<string>()) is { Length: > 0 } why ? why : null,
            };
        }
        catch (ModelUnusableException fault)
        {
            return new ModelStanding { Product = product, Version = version, State = version == champion?.Version ? "in use, unusable" : "unusable", Why = fault.Message };
        }
    }

    private static string? WhyOf(string state, ModelManifest model, Challenger? challenger) => state switch
    {
        "waits" => challenger!.Why,
        "rejected" => string.Join(' ', model.Gate!.Reasons),
        _ when model.RecalibratedFrom is { } from => $"model {from} with other thresholds",
        _ => null,
    };

    public override string ToString() => JsonSerializer.Serialize(this, _json);
}
