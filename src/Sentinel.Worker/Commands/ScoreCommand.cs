using System.CommandLine;
using System.Diagnostics;
using Sentinel.Core;
using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;

namespace Sentinel.Worker.Commands;

/// <summary><c>sentinel score</c>: verdicts on files, without the inbox and without the ledger.</summary>
internal sealed class ScoreCommand : Verb
{
    private readonly Argument<string[]> _images = ImagesArgument();
    private readonly Option<string> _product = ProductOption();
    private readonly Option<string?> _out = new("--out")
    {
        Description = "Write a heatmap, a denoised copy and the result of each image to this folder.",
        HelpName = "DIR",
    };


    public ScoreCommand()
        : base("score", "Inspect images and print their verdicts.", "sentinel score ./tiles/new --product tile --out ./scored")
    {
        Add(_images);
        Add(_product);
        Add(_out);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var images = ImagePath.Find(call.Value(_images)!);
        var product = call.Required(_product);
        using var model = await LoadedModel.OfProductAsync(call.Folders, product);

        var table = new VerdictTable(call.Json, images.Count);
        var unreadable = 0;
        foreach (var image in images)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                table.Add(await ScoreAsync(image, product, model.Detector, call.Options.Limits, call.Value(_out)));
            }
            catch (Exception fault) when (fault is UnreadableImageException or UnauthorizedAccessException or FileNotFoundException)
            {
                unreadable++;
                table.Add(new ScoreLine { Product = product, File = image.Name, Error = fault.Message });
            }
        }

        table.End();
        return unreadable == 0 ? SentinelCommand.Done : SentinelCommand.Failed;
    }

    private static async Task<ScoreLine> ScoreAsync(ImagePath image, string product, Detector detector, ImageLimits limits, string? output)
    {
        var watch = Stopwatch.StartNew();
        var frame = ImageFile.Read(image.File, limits);
        var decoded = watch.Elapsed.TotalSeconds;
        var found = await detector.InspectAsync(frame);
        var inferred = watch.Elapsed.TotalSeconds;

        var line = new ScoreLine
        {
            Product = product,
            File = image.Name,
            Sha256 = ContentHash.Of(image.File),
            Width = frame.Width,
            Height = frame.Height,
            ModelVersion = detector.Model.Version,
            Score = found.Score,
            Threshold = found.Threshold,
            Ratio = found.Ratio,
            PValue = found.PValue,
            Verdict = found.Verdict,
            Regions = found.Regions,
            InspectedAt = DateTimeOffset.UtcNow,
            Durations = new Dictionary<string, double> { ["decode"] = decoded, ["infer"] = inferred - decoded },
        };
        if (output is null)
        {
            return line;
        }

        line = line with { Heatmap = image.Name + ".heatmap.png", Denoised = image.Name + ".denoised.png" };
        var target = Path.Combine(output, image.Name);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
        ImageFile.WritePng(target + ".heatmap.png", Heatmap.Overlay(frame, found.Map, found.Regions));
        ImageFile.WritePng(target + ".denoised.png", await detector.DenoiseAsync(frame));
        await File.WriteAllTextAsync(target + ".json", line.ToFile());
        return line;
    }
}
