using System.Text.Json;
using System.Text.Json.Serialization;
using Sentinel.Core.Detection;
using Sentinel.Core.Drift;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Models;

/// <summary>What a model is and where it comes from; <c>manifest.json</c> beside its weights.</summary>
public sealed record ModelManifest
{
    public const string CurrentSchema = "sentinel.model/2";

    /// <summary>
    /// The schema of models that were trained before convolutions were checked. On virtual processors that hide their cache sizes oneDNN computed wrong
    /// gradients, and nothing in a model tells whether its machine was one of them: all models of this schema are suspect.
    /// </summary>
    public const string SuspectSchema = "sentinel.model/1";

    /// <summary>That a model is suspect, in words for people.</summary>
    public const string Suspicion =
        "trained by an earlier Sentinel, which computed wrongly on some virtual machines: it may be poor, and is to be trained again";

    public string Schema { get; init; } = CurrentSchema;

    public required string Product { get; init; }

    /// <summary>Number of this model among the product's, from "1".</summary>
    public required string Version { get; init; }

    public required DateTimeOffset TrainedAt { get; init; }

    /// <summary>Version of Sentinel that trained it.</summary>
    public required string TrainedBy { get; init; }

    public required Architecture Architecture { get; init; }

    public required Standardisation Standardisation { get; init; }

    public required Calibration Calibration { get; init; }

    public required TrainingRecord Training { get; init; }

    /// <summary>Images that must score the same on every machine that uses the model.</summary>
    public required IReadOnlyList<GoldenImage> Golden { get; init; }

    /// <summary>What good input images measure; where later ones leave it, the camera or the light changed. Null in models from before that was measured.</summary>
    public InputBaseline? Inputs { get; init; }

    /// <summary>How it did against the champion when it was made.</summary>
    public GateTable? Gate { get; init; }

    /// <summary>The version whose weights these are, when only the calibration is new.</summary>
    public string? RecalibratedFrom { get; init; }

    /// <summary>
    /// The configured budgets that held when a person applied others with <c>what-if --apply</c>. As long as the configuration still names these, the applied ones hold
    /// for the trainings that follow, too. Null when the budgets are the configured ones.
    /// </summary>
    public Budgets? BudgetsOver { get; init; }

    /// <summary>Versions of the libraries that its numbers depend on.</summary>
    public IReadOnlyDictionary<string, string> Packages { get; init; } = new Dictionary<string, string>();

    /// <summary>SHA-256 of every other file of the model, by its path in the version folder, as lower-case hex.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>True when the model may have learnt by wrong gradients. It still inspects; a newly trained model replaces it without a comparison.</summary>
    [JsonIgnore]
    public bool IsSuspect => Schema != CurrentSchema;

    /// <summary>SHA-256 of the weights.</summary>
    [JsonIgnore]
    public string? WeightsHash => Files.GetValueOrDefault(VersionFolder.Weights);
}

/// <summary>One golden image and what the model said of it when it was made.</summary>
/// <param name="File">Path in the version folder.</param>
/// <param name="Score">Expected score.</param>
public sealed record GoldenImage(string File, double Score);

/// <summary>How a model was trained.</summary>
public sealed record TrainingRecord
{
    /// <summary>Version that was champion when this one was trained.</summary>
    public string? Parent { get; init; }

    public required int Seed { get; init; }

    public required TimeSpan Budget { get; init; }

    /// <summary>Of the autoencoder.</summary>
    public required long Steps { get; init; }

    /// <summary>Of the defect head; 0 where an earlier build did not say.</summary>
    public long HeadSteps { get; init; }

    /// <summary>Steps of both that gave no finite numbers and changed nothing.</summary>
    public long SkippedSteps { get; init; }

    /// <summary>What the autoencoder's convolutions computed in at the end; null where an earlier build did not say.</summary>
    public string? Precision { get; init; }

    /// <summary>Convolutions that the machine computed wrongly in bfloat16, in words, so that single precision was used.</summary>
    public IReadOnlyList<string> WrongInBfloat16 { get; init => field = value ?? []; } = [];

    /// <summary>What it was trained on; null where an earlier build did not say.</summary>
    public TrainingMachine? Machine { get; init; }

    public required double FinalLoss { get; init; }

    public required double SamplesPerSecond { get; init; }

    /// <summary>Images the network and the Gaussians learnt from.</summary>
    public required int TrainingImages { get; init; }

    /// <summary>Images that choices were made by.</summary>
    public required int SelectionImages { get; init; }

    /// <summary>Images that the thresholds come from, and nothing else.</summary>
    public required int CalibrationImages { get; init; }

    /// <summary>By map, how much positions of the image share, chosen from the images: much for unaligned products, little for aligned ones.</summary>
    public required IReadOnlyDictionary<string, Sharing> Sharing { get; init; }

    /// <summary>How much each kind of evidence counts, chosen by drawn defects.</summary>
    public required EvidenceWeights Evidence { get; init; }

    /// <summary>SHA-256 of every known-good image used, by file name.</summary>
    public required IReadOnlyDictionary<string, string> Images { get; init; }

    /// <summary>Names among <see cref="Images"/> that choices were made by.</summary>
    public IReadOnlyList<string> Selection { get; init; } = [];

    /// <summary>Names among <see cref="Images"/> that were used for nothing but the thresholds.</summary>
    public IReadOnlyList<string> Calibration { get; init; } = [];

    /// <summary>Files that were not used, and why.</summary>
    public required IReadOnlyDictionary<string, string> LeftOut { get; init; }
}

/// <summary>The processor that a model was trained on: scores differ a little between kinds of processors.</summary>
/// <param name="Processor">As its maker calls it.</param>
/// <param name="InstructionSets">Those that decide how convolutions are computed.</param>
public sealed record TrainingMachine(string Processor, IReadOnlyList<string> InstructionSets)
{
    public static TrainingMachine This => new(Torch.Processor.Name, Torch.Processor.InstructionSets);

    /// <summary>True where convolutions may be computed in another way.</summary>
    public bool DiffersFrom(TrainingMachine other) => Processor != other.Processor || !InstructionSets.SequenceEqual(other.InstructionSets);

    public override string ToString() => $"{Processor} ({string.Join(", ", InstructionSets)})";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ModelManifest))]
[JsonSerializable(typeof(ModelMake))]
[JsonSerializable(typeof(ChampionRecord))]
[JsonSerializable(typeof(Challenger))]
internal sealed partial class ModelJson : JsonSerializerContext;
