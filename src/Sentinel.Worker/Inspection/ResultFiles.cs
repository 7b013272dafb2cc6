using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Worker.Ledger;
using Finding = Sentinel.Core.Detection.Inspection;

namespace Sentinel.Worker.Inspection;

/// <summary>Writes what people and machines read of an inspection: heatmap, denoised copy, and last the report that names them.</summary>
internal sealed class ResultFiles(DataFolders folders, TimeProvider time)
{
    /// <summary>Writes or writes again; the recorded verdict decides what the report says.</summary>
    /// <param name="work">The image.</param>
    /// <param name="verdict">What was found.</param>
    /// <param name="filedPath">Where the original goes, or null when there is none any more.</param>
    public void Write(ImageInWork work, RecordedVerdict verdict, string? filedPath)
    {
        var start = time.GetTimestamp();
        var (entry, examination) = (work.Entry, work.Examination);
        var (heatmap, denoised) = (FilingPlan.HeatmapOf(verdict.ResultPath), FilingPlan.DenoisedOf(verdict.ResultPath));
        var hasHeatmap = work is { Frame: not null, Examination: not null };
        if (work is { Frame: { } frame, Examination: { } examined })
        {
            WritePicture(entry, heatmap, Heatmap.Overlay(frame, examined.Finding.Map, verdict.Regions));
        }

        if (work.Denoised is { } copy)
        {
            WritePicture(entry, denoised, copy);
        }

        var isOneOfSeveral = examination is { Pages.Count: > 1 };
        var report = InspectionReport.Of(entry, verdict, filedPath) with
        {
            Page = isOneOfSeveral ? examination!.Page : null,
            Pages = isOneOfSeveral ? [.. examination!.Pages.Select(Reported)] : null,
            Heatmap = hasHeatmap ? heatmap : null,
            Denoised = work.Denoised is null ? null : denoised,
            Durations = new StepDurations(
                (entry.ClaimedAt - entry.ReceivedAt).TotalSeconds,
                work.DecodeTook.TotalSeconds,
                examination?.InferTook.TotalSeconds ?? 0,
                work.DenoiseTook.TotalSeconds,
                time.GetElapsedTime(start).TotalSeconds),
        };
        AtomicFile.Write(Path.Combine(folders.Root, verdict.ResultPath), entry.Id, report.ToJson());
    }

    /// <summary>Writes why a file was set aside, beside where it goes.</summary>
    public void WriteReason(LedgerEntry entry, Failure failure, string filedPath)
    {
        var report = new FailureReport
        {
            Id = entry.Id,
            Product = entry.Product,
            File = entry.File,
            Sha256 = failure.Sha256,
            Reason = failure.Reason,
            Message = failure.Message,
            FailedAt = failure.At,
        };
        AtomicFile.Write(Path.Combine(folders.Root, FilingPlan.ReasonOf(filedPath)), entry.Id, report.ToJson());
    }

    private static PageReport Reported(Finding finding, int index) =>
        new(index + 1, finding.Score, finding.Ratio, finding.Verdict, finding.Regions);

    private void WritePicture(LedgerEntry entry, string path, Frame picture) =>
        AtomicFile.Write(Path.Combine(folders.Root, path), entry.Id, ImageFile.EncodePng(picture));
}
