using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Inspection;

/// <summary>Writes what people and machines read of an inspection: heatmap, denoised copy, and last the report that names them.</summary>
internal sealed class ResultFiles(DataFolders folders, TimeProvider time)
{
    /// <summary>Writes or writes again; the recorded verdict decides what the report says.</summary>
    public void Write(ImageInWork work, RecordedVerdict verdict, string filedPath)
    {
        var start = time.GetTimestamp();
        var (entry, frame, examination) = (work.Entry, work.Frame, work.Examination);
        var hasPictures = frame is not null && examination is not null;
        var (heatmap, denoised) = (FilingPlan.HeatmapOf(verdict.ResultPath), FilingPlan.DenoisedOf(verdict.ResultPath));
        if (frame is not null && examination is not null)
        {
            WritePicture(entry, heatmap, Heatmap.Overlay(frame, examination.Finding.Map, verdict.Regions));
            WritePicture(entry, denoised, examination.Denoised);
        }

        var report = new InspectionReport
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
            Heatmap = hasPictures ? heatmap : null,
            Denoised = hasPictures ? denoised : null,
            Archived = filedPath,
            ReceivedAt = entry.ReceivedAt,
            InspectedAt = verdict.InspectedAt,
            Durations = new StepDurations(
                (entry.ClaimedAt - entry.ReceivedAt).TotalSeconds,
                work.DecodeTook.TotalSeconds,
                examination?.InferTook.TotalSeconds ?? 0,
                examination?.DenoiseTook.TotalSeconds ?? 0,
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

    private void WritePicture(LedgerEntry entry, string path, Frame picture) =>
        AtomicFile.Write(Path.Combine(folders.Root, path), entry.Id, ImageFile.EncodePng(picture));
}
