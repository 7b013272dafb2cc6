using System.CommandLine;
using System.Globalization;
using Sentinel.Core.Detection;
using Sentinel.Core.Detection.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Pretrain;

/// <summary><c>pretrain head</c>: invent products, draw defects on them, train, check, write the head that every product's training begins with.</summary>
internal static class HeadCommand
{
    private const string Format = "sentinel.head/1";
    private const int FewestParts = 4;

    private static readonly Option<DirectoryInfo> _images = CommonOptions.Photographs("make products of");
    private static readonly Option<FileInfo> _from = CommonOptions.From("falls once more");
    private static readonly Option<int> _parts = PartsOption();

    private static readonly Option<FileInfo> _out = CommonOptions.Out("File to write the weights to.");
    private static readonly Option<TimeSpan> _budget = CommonOptions.Budget();
    private static readonly Option<int> _seed = CommonOptions.Seed();
    private static readonly Option<int> _threads = CommonOptions.Threads();

    public static Command Create()
    {
        var command = new Command(
            "head",
            """
            Trains Sentinel's defect head on products that it invents from photographs and textures, and writes its weights, with which the training of every
            product begins. The encoder that ships must be the one it will be used with.

            Example: pretrain head --images 101_ObjectCategories --out general-head.safetensors --budget 01:00:00
            """)
        {
            _images, _parts, _from, _out, _budget, _seed, _threads,
        };
        command.SetAction((parsed, cancel) => PretrainCommand.RunAsync(parsed.GetValue(_threads), () => Run(parsed, cancel), "Stopped; nothing was written."));
        return command;
    }

    private static Option<int> PartsOption()
    {
        var option = new Option<int>("--parts") { Description = $"Good parts to measure of each product, {FewestParts} or more.", DefaultValueFactory = _ => 34 };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var parts and < FewestParts)
            {
                result.AddError($"A product takes {FewestParts} parts or more to be measured, not {parts}.");
            }
        });
        return option;
    }

    private static bool Run(ParseResult parsed, CancellationToken cancel)
    {
        var (budget, seed) = (parsed.GetValue(_budget), parsed.GetValue(_seed));
        var photographs = PhotographsIn(parsed.GetRequiredValue(_images).FullName);
        manual_seed(seed);
        using var generator = new Generator((ulong)seed);
        using var training = new HeadPretraining(photographs, parsed.GetValue(_parts), new Random(seed), generator);
        var before = parsed.GetValue(_from) is { } from ? GoOnFrom(from.FullName, training.Head) : new();
        training.HoldOut();
        var at = training.Check();
        var start = TimeProvider.System.GetTimestamp();
        var line = new ProgressLine(budget, TimeProvider.System);
        training.Run(() => Elapsed() / budget, () => line.Show(new(Elapsed(), training.Steps, training.Parts, training.Loss, training.Parts / Elapsed().TotalSeconds)), cancel);
        ProgressLine.End();
        var learnt = training.Check();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Cross-entropy on products kept for checking: {at:F4} to {learnt:F4}, after {training.Products} others."));
        WeightsFile.Write(
            parsed.GetRequiredValue(_out).FullName,
            training.Head.named_parameters().ToDictionary(entry => entry.name, entry => (Tensor)entry.parameter),
            new Dictionary<string, string>
            {
                ["format"] = Format,
                ["encoder"] = ShippedWeights.Encoder.Sha256,
                ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
                ["products"] = (before.Products + training.Products).ToString(CultureInfo.InvariantCulture),
                ["steps"] = (before.Steps + training.Steps).ToString(CultureInfo.InvariantCulture),
                ["trainingSeconds"] = (before.Seconds + budget.TotalSeconds).ToString("F0", CultureInfo.InvariantCulture),
                ["crossEntropy"] = learnt.ToString("F4", CultureInfo.InvariantCulture),
            },
            StoredAs.Byte);
        return true;

        TimeSpan Elapsed() => TimeProvider.System.GetElapsedTime(start);
    }

    private static string[] PhotographsIn(string folder)
    {
        var files = PictureFiles.Below(folder);
        return files.Length > 0 ? files : throw new InvalidDataException($"'{folder}' holds no pictures.");
    }

    /// <returns>What these weights have cost so far.</returns>
    private static Cost GoOnFrom(string file, DefectHead head)
    {
        using var scope = NewDisposeScope();
        var (weights, metadata) = WeightsFile.Read(file, Format, "defect head");
        head.StartFrom(weights);
        return new(
            int.Parse(metadata["products"], CultureInfo.InvariantCulture),
            long.Parse(metadata["steps"], CultureInfo.InvariantCulture),
            double.Parse(metadata["trainingSeconds"], CultureInfo.InvariantCulture));
    }

    private readonly record struct Cost(int Products, long Steps, double Seconds);
}
