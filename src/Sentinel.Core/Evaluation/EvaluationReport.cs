using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sentinel.Core.Detection;

namespace Sentinel.Core.Evaluation;

/// <summary>What a model is worth on one set of test images. All shares and areas are 0..1.</summary>
public sealed record EvaluationReport
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Name of the folder the images came from.</summary>
    public required string Set { get; init; }

    /// <summary>Known-good test images.</summary>
    public required int GoodImages { get; init; }

    public required int DefectiveImages { get; init; }

    public required ImageFigures Image { get; init; }

    /// <summary>Null when no defective image has a mask that marks anything.</summary>
    public PixelFigures? Pixel { get; init; }

    public required ThresholdFigures Threshold { get; init; }

    public required IReadOnlyDictionary<string, DefectFigures> PerDefect { get; init; }

    public required DenoisingFigures Denoising { get; init; }

    public required TimingFigures Timing { get; init; }

    /// <summary>Most memory the process held at any time before the pixel figures were drawn, training included if it was done here.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>Suspect threshold over threshold, 0..1: the ratio from which a person should look; not part of the JSON.</summary>
    [JsonIgnore]
    public double SuspectRatio { get; init; }

    /// <summary>Every test image's score, in the order of the folder; not part of the JSON.</summary>
    [JsonIgnore]
    public IReadOnlyList<ScoredSample> Samples { get; init; } = [];

    /// <summary>The report as one line of JSON, camelCase; what could not be measured is left out.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);
}

/// <summary>How well the scores of images tell defective from good ones, over all thresholds.</summary>
public sealed record ImageFigures(double Auroc, double Ap, double F1Max);

/// <summary>What the model's own threshold does, which was set on good images only.</summary>
/// <param name="Budget">The share of good images that may be flagged.</param>
/// <param name="FalseAlarmRate">The share of good test images that was.</param>
/// <param name="FalseAlarmInterval">Lower and upper end of the exact 95 % interval of that rate (Clopper and Pearson).</param>
/// <param name="Recall">Per defect, the share of its images that was flagged.</param>
public sealed record ThresholdFigures(
    double Budget, double FalseAlarmRate, IReadOnlyList<double> FalseAlarmInterval, IReadOnlyDictionary<string, double> Recall);

/// <summary>One kind of defect against all good test images.</summary>
public sealed record DefectFigures(int Images, double Auroc);

/// <summary>Denoising of the good test images, means in dB against the image as it came; equal images count as 100 dB.</summary>
/// <param name="CleanPsnr">The denoised copy of the image itself.</param>
/// <param name="NoisyPsnr">The image with Gaussian noise of sigma 25/255, as given to the denoiser.</param>
/// <param name="DenoisedPsnr">The denoised copy of that.</param>
/// <param name="Gain">DenoisedPsnr - NoisyPsnr.</param>
public sealed record DenoisingFigures(double CleanPsnr, double NoisyPsnr, double DenoisedPsnr, double Gain);

/// <summary>Time taken.</summary>
/// <param name="TrainSeconds">From reading the images to the published model; null when a finished model was evaluated.</param>
/// <param name="TrainImagesPerSecond">Training samples per second at the end of the training; null likewise.</param>
/// <param name="InferMillisecondsPerImage">Mean from the decoded image to its verdict, one image at a time, the first not counted.</param>
public sealed record TimingFigures(double? TrainSeconds, double? TrainImagesPerSecond, double InferMillisecondsPerImage);

/// <summary>One test image and what the model says of it.</summary>
public sealed record ScoredSample(MvtecSample Sample, Inspection Inspection)
{
    public bool IsFlagged => Inspection.Verdict == Verdict.Anomalous;
}
