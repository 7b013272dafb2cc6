using System.CommandLine;
using System.Globalization;
using Sentinel.Core.Detection.Encoder;
using Sentinel.Core.Detection.Weights;
using Sentinel.Core.Torch;
using TorchSharp;

namespace Sentinel.Pretrain;

/// <summary><c>pretrain encoder</c>: read the pictures, train, check, write the encoder.</summary>
internal static class EncoderCommand
{
    private const int HeldOutEvery = 20;
    private static readonly TimeSpan _saveInterval = TimeSpan.FromMinutes(2);

    private static readonly Option<DirectoryInfo[]> _images = new Option<DirectoryInfo[]>("--images")
    {
        Description = "Folder of pictures to learn from, one subfolder per class; may be given several times.",
        Required = true,
    }.AcceptExistingOnly();

    private static readonly Option<DirectoryInfo?> _validation = new("--validation")
    {
        Description = "Folder of pictures to check with, laid out alike. Without it every twentieth picture is kept for that.",
    };

    private static readonly Option<FileInfo> _out = CommonOptions.Out("File to write the encoder's weights to; <file>.state beside it keeps an interrupted training.");
    private static readonly Option<TimeSpan> _budget = CommonOptions.Budget();
    private static readonly Option<int> _seed = CommonOptions.Seed();
    private static readonly Option<int> _threads = CommonOptions.Threads();

    private static readonly Option<int> _width = new("--width")
    {
        Description = "Channels at 1/2 of the size; twice and four times as many below. 32 costs a quarter of the 64 that ship.",
        DefaultValueFactory = _ => PretrainingPlan.ShippedWidth,
    };

    private static readonly Option<double> _judge = new("--judge")
    {
        Description = "What finding things that were drawn on a picture and do not belong there counts beside naming its class; 0 draws none, 3 was tried.",
    };

    private static readonly Option<FileInfo> _from = new Option<FileInfo>("--from")
    {
        Description = "<file>.state of a finished training to go on from, perhaps with other pictures, with a learning rate that rises and falls again.",
    }.AcceptExistingOnly();

    private static readonly Option<bool> _resume = new("--resume")
    {
        Description = "Go on from <file>.state. A shorter budget than before ends the training sooner.",
    };

    private static readonly Option<Precision> _precision = new("--precision")
    {
        Description = "What the convolutions compute with: auto (bfloat16 where the processor has instructions for it), single or bfloat16.",
    };

    public static Command Create()
    {
        var command = new Command(
            "encoder",
            """
            Trains Sentinel's general encoder as a classifier and writes its frozen weights.

            Example: pretrain encoder --images tiny-imagenet-200/train --out general-encoder.safetensors --budget 01:00:00
            """)
        {
            _images, _validation, _out, _width, _budget, _seed, _threads, _precision, _judge, _from, _resume,
        };
        command.SetAction((parsed, cancel) => PretrainCommand.RunAsync(parsed.GetValue(_threads), () => Run(parsed, cancel), "Stopped; the state is saved. Go on with --resume."));
        return command;
    }

    private static bool Run(ParseResult parsed, CancellationToken cancel)
    {
        var plan = new PretrainingPlan(parsed.GetValue(_budget), parsed.GetValue(_seed), parsed.GetValue(_width), Precision: parsed.GetValue(_precision), Judge: parsed.GetValue(_judge));
        var file = parsed.GetRequiredValue(_out).FullName;
        var state = file + ".state";
        var (images, heldOut) = ReadImages(parsed);
        Console.Error.WriteLine($"{images.Pictures.Count} pictures of {images.Classes.Count} classes to learn from, {heldOut.Pictures.Count} to check with.");

        var training = new Pretraining(plan, images, TimeProvider.System);
        if (parsed.GetValue(_from) is { } from)
        {
            var anew = training.StartFrom(from.FullName);
            Console.Error.WriteLine($"Goes on from {from.Name}{(anew.Count == 0 ? "" : $", without {string.Join(", ", anew)}")}.");
        }

        if (parsed.GetValue(_resume))
        {
            training.Resume(state);
            Console.Error.WriteLine($"Going on after {training.Elapsed:hh\\:mm\\:ss}, step {training.Step}.");
        }

        Train(training, plan, state, cancel);
        var accuracy = training.Accuracy(heldOut);
        Export(training, plan, file, accuracy);
        return true;
    }

    private static (LabelledImages Images, LabelledImages HeldOut) ReadImages(ParseResult parsed)
    {
        var images = LabelledImages.Read([.. parsed.GetRequiredValue(_images).Select(folder => folder.FullName)]);
        return parsed.GetValue(_validation) is { } folder
            ? (images, LabelledImages.Read([folder.FullName], images.Classes))
            : images.HoldOut(HeldOutEvery);
    }

    private static void Train(Pretraining training, PretrainingPlan plan, string state, CancellationToken cancel)
    {
        var line = new ProgressLine(plan.Budget, TimeProvider.System);
        var saved = TimeProvider.System.GetTimestamp();
        try
        {
            training.Run(
                progress =>
                {
                    line.Show(progress);
                    if (TimeProvider.System.GetElapsedTime(saved) >= _saveInterval)
                    {
                        training.Save(state);
                        saved = TimeProvider.System.GetTimestamp();
                    }
                },
                cancel);
        }
        catch (OperationCanceledException)
        {
            training.Save(state);
            throw;
        }
        finally
        {
            ProgressLine.End();
        }

        training.Save(state);
    }

    private static void Export(Pretraining training, PretrainingPlan plan, string file, double accuracy)
    {
        var facts = new Dictionary<string, string>
        {
            ["format"] = WeightsFile.EncoderFormat,
            ["accuracy"] = accuracy.ToString("F4", CultureInfo.InvariantCulture),
            ["seed"] = plan.Seed.ToString(CultureInfo.InvariantCulture),
            ["steps"] = training.Step.ToString(CultureInfo.InvariantCulture),
            ["convolutions"] = plan.Precision.ToScalarType().ToString(),
            ["pictures"] = (training.Step * plan.BatchSize).ToString(CultureInfo.InvariantCulture),
            ["trainingSeconds"] = training.Elapsed.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture),
        };
        Console.WriteLine($"{accuracy:P1} of the pictures kept for checking are recognised.");
        WeightsFile.Write(file, training.Network.FoldEncoder(), facts, StoredAs.Byte);
    }
}
