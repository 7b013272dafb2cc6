using System.Text.Json;
using System.Text.Json.Serialization;
using Sentinel.Core.Detection;

namespace Sentinel.Worker.Commands;

/// <summary>What <c>sentinel score</c> says of one image, in the field names of the result files.</summary>
internal sealed record ScoreLine
{
    private static readonly JsonSerializerOptions _line = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter<Verdict>(JsonNamingPolicy.CamelCase) },
    };

    private static readonly JsonSerializerOptions _indented = new(_line) { WriteIndented = true };

    public string Schema { get; init; } = "sentinel.inspection/1";

    public required string Product { get; init; }

    public required string File { get; init; }

    public string? Sha256 { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    public string? ModelVersion { get; init; }

    public double? Score { get; init; }

    public double? Threshold { get; init; }

    public double? Ratio { get; init; }

    public double? PValue { get; init; }

    public Verdict? Verdict { get; init; }

    public IReadOnlyList<Region>? Regions { get; init; }

    /// <summary>The heatmap, relative to the folder of <c>--out</c>.</summary>
    public string? Heatmap { get; init; }

    /// <summary>The denoised copy, relative to the folder of <c>--out</c>.</summary>
    public string? Denoised { get; init; }

    public DateTimeOffset? InspectedAt { get; init; }

    /// <summary>Time of each step in seconds.</summary>
    public IReadOnlyDictionary<string, double>? Durations { get; init; }

    /// <summary>Why there is no verdict.</summary>
    public string? Error { get; init; }

    public string ToLine() => JsonSerializer.Serialize(this, _line);

    public string ToFile() => JsonSerializer.Serialize(this, _indented);
}
