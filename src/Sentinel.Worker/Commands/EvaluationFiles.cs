using System.Globalization;
using Sentinel.Core.Evaluation;
using Sentinel.Core.Evaluation.Reporting;
using Sentinel.Core.Imaging;

namespace Sentinel.Worker.Commands;

/// <summary>
/// What an evaluation leaves in its folder: <c>models</c>, <c>evaluation.json</c> and <c>scores.csv</c>; with several seeds these in
/// <c>seed-1</c>, <c>seed-2</c> and so on, and one <c>evaluation.json</c> over all of them on top. Beside it <c>report.md</c> with its pictures.
/// </summary>
internal sealed class EvaluationFiles(string folder, bool severalSeeds)
{
    /// <summary>Where the models of this seed's training belong.</summary>
    public string ModelsOf(int seed) => Path.Combine(FolderOf(seed), "models");

    public async Task WriteSeedAsync(SeedReport seed, MvtecFolder images, CancellationToken cancel)
    {
        var target = Directory.CreateDirectory(FolderOf(seed.Seed)).FullName;
        await File.WriteAllTextAsync(Path.Combine(target, "evaluation.json"), seed.Report.ToJson() + '\n', cancel);
        await File.WriteAllLinesAsync(Path.Combine(target, "scores.csv"), Scores(seed.Report, images), cancel);
    }

    public async Task WriteSummaryAsync(SeedSummary summary, ReportOrigin origin, ImageLimits limits, CancellationToken cancel)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "evaluation.json"), summary.ToJson() + '\n', cancel);
        ReportFiles.Write(folder, summary, origin, limits);
    }

    private string FolderOf(int seed) => severalSeeds ? Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"seed-{seed}")) : folder;

    private static IEnumerable<string> Scores(EvaluationReport report, MvtecFolder images) =>
        report.Samples.Select(s => string.Create(
            CultureInfo.InvariantCulture,
            $"\"{Path.GetRelativePath(images.Folder, s.Sample.File)}\",\"{s.Sample.Kind}\",{s.Inspection.Score:R},{s.Inspection.Ratio:R},{s.Inspection.PValue:R},{s.Inspection.Verdict.ToString().ToLowerInvariant()}"))
            .Prepend("file,kind,score,ratio,pValue,verdict");
}
