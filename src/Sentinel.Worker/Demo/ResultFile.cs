using System.Text.Json;
using System.Text.Json.Serialization;
using Sentinel.Core.Detection;

namespace Sentinel.Worker.Demo;

/// <summary>What the demo reads of a result file, <c>sentinel.inspection/1</c>; paths are relative to the data root.</summary>
internal sealed record ResultFile
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter<Verdict>(JsonNamingPolicy.CamelCase) },
    };

    public required string File { get; init; }

    public required Verdict Verdict { get; init; }

    public required double Ratio { get; init; }

    public required double PValue { get; init; }

    public required string? Heatmap { get; init; }

    public required string? Denoised { get; init; }

    public static ResultFile Read(string path) =>
        JsonSerializer.Deserialize<ResultFile>(System.IO.File.ReadAllBytes(path), _json) ?? throw new InvalidDataException($"'{path}' is empty.");
}
