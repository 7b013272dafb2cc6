using System.CommandLine;
using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Worker.Configuration;
using Sentinel.Worker.Retraining;

namespace Sentinel.Worker.Commands;

/// <summary>
/// <c>sentinel examine-file</c>: does with one image all that the host would do, and keeps nothing of it. A host starts it to learn whether
/// the image kills the process that works on it; an image that cannot be read is nothing to die of.
/// </summary>
internal sealed class ExamineFileCommand : Verb
{
    private readonly Argument<string> _file = new("file") { Description = "The image.", HelpName = "FILE" };
    private readonly Option<string> _product = ProductOption();
    private readonly Option<int?> _parent = new("--parent") { Description = "End when this process ends.", Hidden = true };

    public ExamineFileCommand()
        : base("examine-file", "Inspect one image and keep nothing, to see whether the process survives it.", "sentinel examine-file a.png --product tile")
    {
        Hidden = true;
        Add(_file);
        Add(_product);
        Add(_parent);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        if (call.Value(_parent) is { } parent)
        {
            ChildProcess.BelongTo(parent);
        }

        try
        {
            await ExamineAsync(call.Value(_file)!, call.Required(_product), call.Folders, call.Options);
        }
        catch (Exception fault) when (fault is UnreadableImageException or ModelUnusableException)
        {
            Console.WriteLine(fault.Message);
        }
        catch (Exception fault) when (fault is not (IOException or UnauthorizedAccessException or ConfigurationException))
        {
            // What the host would not survive is not survived here either.
            Environment.FailFast(fault.Message, fault);
        }

        return SentinelCommand.Done;
    }

    private static async Task ExamineAsync(string file, string product, DataFolders folders, SentinelOptions options)
    {
        var pages = ImageFile.Read(file, options.Limits, options.Pages);
        using var champion = await Champion.LoadAsync(folders, product);
        foreach (var page in pages)
        {
            var finding = await champion.Detector.InspectAsync(page);
            ImageFile.EncodePng(await champion.Detector.DenoiseAsync(page));
            ImageFile.EncodePng(Heatmap.Overlay(page, finding.Map, finding.Regions));
        }
    }
}
