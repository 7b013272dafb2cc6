using System.CommandLine;
using System.Text.Json;
using Sentinel.Core.Imaging;

namespace Sentinel.Worker.Commands;

/// <summary><c>sentinel denoise</c>: the denoised copies alone.</summary>
internal sealed class DenoiseCommand : Verb
{
    private readonly Argument<string[]> _images = ImagesArgument();
    private readonly Option<string> _product = ProductOption();
    private readonly Option<string?> _model = new("--model") { Description = "Use the model in this version folder instead of the product's.", HelpName = "DIR" };
    private readonly Option<string> _out = new("--out")
    {
        Description = "Folder for the denoised copies, as PNG.",
        HelpName = "DIR",
        Required = true,
    };

    public DenoiseCommand()
        : base("denoise", "Write a copy of each image without noise.", "sentinel denoise ./tiles/noisy --product tile --out ./clean")
    {
        Add(_images);
        Add(_product);
        Add(_model);
        Add(_out);
        _product.Required = false;
        Validators.Add(result =>
        {
            if (result.GetResult(_product) is null == result.GetResult(_model) is null)
            {
                result.AddError("Either --product NAME or --model DIR says which model to use.");
            }
        });
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var images = ImagePath.Find(call.Value(_images)!);
        using var model = call.Value(_model) is { } version
            ? await LoadedModel.InFolderAsync(Path.GetFullPath(version))
            : await LoadedModel.OfProductAsync(call.Folders, call.Required(_product));

        var unreadable = 0;
        foreach (var image in images)
        {
            cancel.ThrowIfCancellationRequested();
            var target = Path.Combine(call.Required(_out), image.Name + ".denoised.png");
            try
            {
                var frame = ImageFile.Read(image.File, call.Options.Limits);
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
                ImageFile.WritePng(target, await model.Detector.DenoiseAsync(frame));
                Console.WriteLine(call.Json ? JsonSerializer.Serialize(new { file = image.Name, denoised = target }) : $"{image.Name} -> {target}");
            }
            catch (Exception fault) when (fault is UnreadableImageException or UnauthorizedAccessException or FileNotFoundException)
            {
                unreadable++;
                await Console.Error.WriteLineAsync($"{image.Name}: {fault.Message}");
                if (call.Json)
                {
                    Console.WriteLine(JsonSerializer.Serialize(new { file = image.Name, error = fault.Message }));
                }
            }
        }

        return unreadable == 0 ? SentinelCommand.Done : SentinelCommand.Failed;
    }
}
