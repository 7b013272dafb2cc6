using System.Text.Json;
using System.Text.Json.Serialization;
using Sentinel.Core.Detection;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Inspection;

/// <summary>The result file of one image, <c>sentinel.inspection/1</c>. Paths are relative to the data root.</summary>
internal sealed record InspectionReport
{
    public string Schema { get; init; } = "sentinel.inspection/1";

    public required string Id { get; init; }

    public required string Product { get; init; }

    /// <summary>The file's name as it lay in the inbox.</summary>
    public required string File { get; init; }

    public required string Sha256 { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required string ModelVersion { get; init; }

    public required double Score { get; init; }

    public required double Threshold { get; init; }

    public required double Ratio { get; init; }

    public required double PValue { get; init; }

    public required Verdict Verdict { get; init; }

    public required IReadOnlyList<Region> Regions { get; init; }

    /// <summary>The page all of the above is about, the worst, from 1; null where one page was looked at.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Page { get; init; }

    /// <summary>What was found on each page; null where one page was looked at.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PageReport>? Pages { get; init; }

    /// <summary>Null when it could not be drawn again after a crash; the verdict stands without it.</summary>
    public required string? Heatmap { get; init; }

    /// <summary>Null when it could not be made again after a crash, or held samples that are not finite numbers; the verdict stands without it.</summary>
    public required string? Denoised { get; init; }

    /// <summary>Where the original lies; empty when somebody took it or wrote over it.</summary>
    public required string Archived { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required DateTimeOffset InspectedAt { get; init; }

    public required StepDurations Durations { get; init; }

    /// <summary>What the ledger alone knows of an inspection: no pictures, and no times but those of its rows.</summary>
    public static InspectionReport Of(LedgerEntry entry, RecordedVerdict verdict, string? filedPath) => new()
    {
        Id = entry.Id,
        Product = entry.Product,
        File = entry.File,
        Sha256 = verdict.Sha256,
        Width = verdict.Width,
        Height = verdict.Height,
        ModelVersion = verdict.ModelVersion,
        Score = verdict.Score,
        Threshold = verdict.Threshold,
        Ratio = verdict.Ratio,
        PValue = verdict.PValue,
        Verdict = verdict.Verdict,
        Regions = verdict.Regions,
        Heatmap = null,
        Denoised = null,
        Archived = filedPath ?? "",
        ReceivedAt = entry.ReceivedAt,
        InspectedAt = verdict.InspectedAt,
        Durations = new StepDurations((entry.ClaimedAt - entry.ReceivedAt).TotalSeconds, 0, 0, 0, 0),
    };

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ReportJson.Default.InspectionReport);
}

/// <summary>One page of a file with several, from 1.</summary>
internal sealed record PageReport(int Page, double Score, double Ratio, Verdict Verdict, IReadOnlyList<Region> Regions);

/// <summary>Time of each step in seconds; <c>write</c> is that of the pictures.</summary>
internal sealed record StepDurations(double Settle, double Decode, double Infer, double Denoise, double Write);

/// <summary>The file beside one that was set aside, <c>sentinel.failure/1</c>.</summary>
internal sealed record FailureReport
{
    public string Schema { get; init; } = "sentinel.failure/1";

    public required string Id { get; init; }

    public required string Product { get; init; }

    public required string File { get; init; }

    /// <summary>Null when the file could not be read at all, or is larger than the limit.</summary>
    public required string? Sha256 { get; init; }

    public required string Reason { get; init; }

    public required string Message { get; init; }

    public required DateTimeOffset FailedAt { get; init; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ReportJson.Default.FailureReport);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, Converters = [typeof(VerdictWord)])]
[JsonSerializable(typeof(InspectionReport))]
[JsonSerializable(typeof(FailureReport))]
internal sealed partial class ReportJson : JsonSerializerContext;

/// <summary>A verdict as its lower-case word.</summary>
internal sealed class VerdictWord() : JsonStringEnumConverter<Verdict>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
