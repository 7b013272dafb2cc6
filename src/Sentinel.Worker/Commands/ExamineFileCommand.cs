using System.CommandLine;
using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Worker.Configuration;
using Sentinel.Worker.Retraining;

namespace Sentinel.Worker.Commands;

/// <summary>
/// <c>sentinel examine-file</c>: does with images all that the host would do, and keeps nothing of it. A host starts it to learn whether
/// one kills the process that works on it; an image that cannot be read is nothing to die of.
/// </summary>
internal sealed class ExamineFileCommand : Verb
{
    private readonly Argument<string[]> _files = new("files")
    {
        Description = "The images.",
        HelpName = "FILE",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<string> _product = ProductOption();
    private readonly Option<int?> _parent = new("--parent") { Description = "End when this process ends.", Hidden = true };

    public ExamineFileCommand()
        : base("examine-file", "Inspect images and keep nothing, to see whether the process survives them.", "sentinel examine-file a.png --product tile")
    {
        Hidden = true;
        Add(_files);
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
            using var model = await LoadedModel.OfProductAsync(call.Folders, call.Required(_product));
            foreach (var file in call.Value(_files)!)
            {
                await ExamineAsync(file, model.Detector, call.Options);
            }
        }
        catch (Exception fault) when (fault is ModelUnusableException or MachineFaultException)
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

    private static async Task ExamineAsync(string file, Detector detector, SentinelOptions options)
    {
        try
        {
            foreach (var page in ImageFile.Read(file, options.Limits, options.Pages))
            {
                var finding = await detector.InspectAsync(page);
                ImageFile.EncodePng(await detector.DenoiseAsync(page));
                ImageFile.EncodePng(Heatmap.Overlay(page, finding.Map, finding.Regions));
            }
        }
        catch (Exception fault) when (fault is UnreadableImageException or ModelUnusableException or MachineFaultException)
        {
            Console.WriteLine(fault.Message);
        }
    }
}
