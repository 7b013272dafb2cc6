using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Promotion;
using Finding = Sentinel.Core.Detection.Inspection;

namespace Sentinel.Worker.Inspection;

/// <summary>What a product's model says of one image, and the denoised copy it makes.</summary>
internal sealed record Examination(string ModelVersion, Finding Finding, Frame Denoised, TimeSpan InferTook, TimeSpan DenoiseTook)
{
    /// <summary>What a model that waits in the shadow said of the image; it has no part in the verdict.</summary>
    public ShadowVerdict? Shadow { get; init; }
}

/// <summary>Looks at images with the model in use for their product.</summary>
internal interface IExaminer
{
    /// <summary>True when the product has a model; without one its images stay in the inbox.</summary>
    bool CanExamine(string product);

    /// <summary>Null when the product has no model.</summary>
    Task<Examination?> ExamineAsync(string product, Frame frame);
}

/// <summary>
/// The examiner in service: one lease of the active detector for each image, so that both of its outputs come from one model.
/// </summary>
internal sealed class DetectorExaminer(ActiveDetectors detectors, ShadowDetectors shadows, TimeProvider time) : IExaminer
{
    public bool CanExamine(string product)
    {
        using var lease = detectors.Borrow(product);
        return lease is not null;
    }

    public async Task<Examination?> ExamineAsync(string product, Frame frame)
    {
        using var lease = detectors.Borrow(product);
        if (lease is null)
        {
            return null;
        }

        var start = time.GetTimestamp();
        var finding = await lease.Detector.InspectAsync(frame);
        var inspected = time.GetTimestamp();
        var denoised = await lease.Detector.DenoiseAsync(frame);
        return new Examination(
            lease.Detector.Model.Version, finding, denoised, time.GetElapsedTime(start, inspected), time.GetElapsedTime(inspected))
        {
            Shadow = await shadows.ScoreAsync(product, frame),
        };
    }
}
