using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sentinel.Core.Detection;

namespace Sentinel.Worker.Ledger;

/// <summary>One row of <c>images</c> as SQLite holds it: times and words as text, regions as JSON.</summary>
internal sealed class LedgerRow
{
    public const string Columns = """
        id, product, file, inbox_path AS InboxPath, bytes, state, attempts, received_at AS ReceivedAt, claimed_at AS ClaimedAt,
        inspected_at AS InspectedAt, filed_at AS FiledAt, sha256, width, height, verdict, score, threshold, ratio, p_value AS PValue,
        model_version AS ModelVersion, regions, filed_path AS FiledPath, result_path AS ResultPath, duplicate_of AS DuplicateOf,
        reason, message
        """;

    public string Id { get; set; } = "";
    public string Product { get; set; } = "";
    public string File { get; set; } = "";
    public string InboxPath { get; set; } = "";
    public long Bytes { get; set; }
    public string State { get; set; } = "";
    public long Attempts { get; set; }
    public string ReceivedAt { get; set; } = "";
    public string ClaimedAt { get; set; } = "";
    public string? InspectedAt { get; set; }
    public string? FiledAt { get; set; }
    public string? Sha256 { get; set; }
    public long? Width { get; set; }
    public long? Height { get; set; }
    public string? Verdict { get; set; }
    public double? Score { get; set; }
    public double? Threshold { get; set; }
    public double? Ratio { get; set; }
    public double? PValue { get; set; }
    public string? ModelVersion { get; set; }
    public string? Regions { get; set; }
    public string? FiledPath { get; set; }
    public string? ResultPath { get; set; }
    public string? DuplicateOf { get; set; }
    public string? Reason { get; set; }
    public string? Message { get; set; }

    public static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    public static string Json(IReadOnlyList<Region> regions) => JsonSerializer.Serialize(regions, RegionsJson.Default.IReadOnlyListRegion);

    public LedgerEntry ToEntry() => new()
    {
        Id = Id,
        Product = Product,
        File = File,
        InboxPath = InboxPath,
        Bytes = Bytes,
        State = Enum.Parse<ImageState>(State, ignoreCase: true),
        Attempts = (int)Attempts,
        ReceivedAt = Time(ReceivedAt),
        ClaimedAt = Time(ClaimedAt),
        FiledAt = FiledAt is null ? null : Time(FiledAt),
        Verdict = Verdict is null ? null : ToVerdict(Enum.Parse<Verdict>(Verdict, ignoreCase: true)),
        DuplicateOf = DuplicateOf,
        FiledPath = FiledPath,
        Failure = State == "failed" ? new Failure(Reason!, Message!, Sha256, Time(InspectedAt!)) : null,
    };

    // RecordVerdict writes all of it in one statement, so that a verdict is never there without the rest.
    private RecordedVerdict ToVerdict(Verdict verdict) => new()
    {
        Sha256 = Sha256!,
        Width = (int)Width!,
        Height = (int)Height!,
        Verdict = verdict,
        Score = Score!.Value,
        Threshold = Threshold!.Value,
        Ratio = Ratio!.Value,
        PValue = PValue!.Value,
        ModelVersion = ModelVersion!,
        Regions = JsonSerializer.Deserialize(Regions!, RegionsJson.Default.IReadOnlyListRegion)!,
        InspectedAt = Time(InspectedAt!),
        ResultPath = ResultPath!,
    };

    public static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<Region>))]
internal sealed partial class RegionsJson : JsonSerializerContext;
