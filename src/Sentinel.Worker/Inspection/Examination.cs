using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Promotion;
using Finding = Sentinel.Core.Detection.Inspection;

namespace Sentinel.Worker.Inspection;

/// <summary>
/// What a product's model says of one image. Holds on to that model until disposed, so that the denoised copy, which can be made after the
/// verdict is out, comes from the same one.
/// </summary>
/// <param name="modelVersion">The model.</param>
/// <param name="pages">What it says of each page, in order; one at least.</param>
/// <param name="inferTook">Time the network took for all pages.</param>
/// <param name="denoise">Makes the denoised copy of a page.</param>
/// <param name="model">What to give back in the end.</param>
internal sealed class Examination(
    string modelVersion, IReadOnlyList<Finding> pages, TimeSpan inferTook, Func<Frame, CancellationToken, Task<Frame>> denoise, IDisposable model)
    : IDisposable
{
    public string ModelVersion => modelVersion;

    public IReadOnlyList<Finding> Pages => pages;

    /// <summary>The page with the highest score, from 1; it stands for the file.</summary>
    public int Page { get; } = Enumerable.Range(1, pages.Count).MaxBy(page => pages[page - 1].Score);

    public Finding Finding => pages[Page - 1];

    public TimeSpan InferTook => inferTook;

    /// <summary>What a model that waits in the shadow said of the page; it has no part in the verdict.</summary>
    public ShadowVerdict? Shadow { get; set; }

    /// <exception cref="OperationCanceledException">It was ended before it was done.</exception>
    public Task<Frame> DenoiseAsync(Frame page, CancellationToken cancel) => denoise(page, cancel);

    public void Dispose() => model.Dispose();
}

/// <summary>Looks at images with the model in use for their product.</summary>
internal interface IExaminer
{
    /// <summary>True when the product has a model; without one its images stay in the inbox.</summary>
    bool CanExamine(string product);

    /// <summary>Null when the product has no model, or none that can score the image on this machine: the image waits.</summary>
    Task<Examination?> ExamineAsync(string product, IReadOnlyList<Frame> pages);
}

/// <summary>
/// The examiner in service: one lease of the active detector for each image, so that both of its outputs come from one model. A model that cannot score is put out of
/// use, and the one that takes its place scores the image.
/// </summary>
internal sealed class DetectorExaminer(ActiveDetectors detectors, ShadowDetectors shadows, TimeProvider time) : IExaminer
{
    public bool CanExamine(string product)
    {
        using var lease = detectors.Borrow(product);
        return lease is not null;
    }

    public async Task<Examination?> ExamineAsync(string product, IReadOnlyList<Frame> pages)
    {
        while (detectors.Borrow(product) is { } lease)
        {
            try
            {
                return await ExamineAsync(lease, product, pages);
            }
            catch (Exception fault) when (fault is ModelUnusableException or MachineFaultException)
            {
                await detectors.RefuseAsync(product, lease.Version, fault.Message);
            }
        }

        return null;
    }

    private async Task<Examination> ExamineAsync(ActiveDetectors.Lease lease, string product, IReadOnlyList<Frame> pages)
    {
        try
        {
            var start = time.GetTimestamp();
            var findings = new List<Finding>(pages.Count);
            foreach (var page in pages)
            {
                findings.Add(await lease.Detector.InspectAsync(page));
            }

            var examination = new Examination(lease.Detector.Model.Version, findings, time.GetElapsedTime(start), lease.Detector.DenoiseAsync, lease);
            examination.Shadow = await shadows.ScoreAsync(product, pages[examination.Page - 1]);
            return examination;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }
}
