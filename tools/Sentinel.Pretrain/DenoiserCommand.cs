using System.CommandLine;
using System.Globalization;
using Sentinel.Core.Detection;
using Sentinel.Core.Detection.Weights;
using Sentinel.Core.Evaluation;
using Sentinel.Core.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Pretrain;

/// <summary><c>pretrain denoiser</c>: read the photographs, train as a product is trained, check, write the network that every product's training begins with.</summary>
internal static class DenoiserCommand
{
    private const string Format = "sentinel.denoiser/1";

    private static readonly Option<DirectoryInfo> _images = CommonOptions.Photographs("learn from");
    private static readonly Option<FileInfo> _from = CommonOptions.From("rises and falls again");
    private static readonly Option<FileInfo> _out = CommonOptions.Out("File to write the weights to.");
    private static readonly Option<TimeSpan> _budget = CommonOptions.Budget();
    private static readonly Option<int> _seed = CommonOptions.Seed();
    private static readonly Option<int> _threads = CommonOptions.Threads();

    public static Command Create()
    {
        var command = new Command(
            "denoiser",
            """
            Trains Sentinel's autoencoder on photographs and writes its weights, with which the training of every product begins.

            Example: pretrain denoiser --images 101_ObjectCategories --out general-denoiser.safetensors --budget 00:45:00
            """)
        {
            _images, _from, _out, _budget, _seed, _threads,
        };
        command.SetAction((parsed, cancel) => PretrainCommand.RunAsync(parsed.GetValue(_threads), () => Run(parsed, cancel), "Stopped; nothing was written."));
        return command;
    }

    private static bool Run(ParseResult parsed, CancellationToken cancel)
    {
        var (budget, seed) = (parsed.GetValue(_budget), parsed.GetValue(_seed));
        var photographs = Photographs.Read(parsed.GetRequiredValue(_images).FullName, seed);
        Console.Error.WriteLine($"{photographs.Colour.Count} photographs in colour and {photographs.Grey.Count} in grey to learn from, {photographs.HeldOut.Count} to check with.");

        manual_seed(seed);
        using var network = new DenoisingAutoencoder(DenoisingAutoencoder.Colours);
        var (steps, seconds) = parsed.GetValue(_from) is { } from ? GoOnFrom(from.FullName, network) : (0, 0);
        var training = new AutoencoderTraining(network, steps == 0 ? photographs.DrawSmallFirst : photographs.Draw, seed, AutoencoderTraining.RateToLearn);
        Train(training, budget, cancel);
        var (noisy, denoised) = Check(network, photographs.HeldOut, seed);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Noise of 25 grey levels on photographs kept for checking: {noisy:F2} to {denoised:F2} dB."));
        WeightsFile.Write(
            parsed.GetRequiredValue(_out).FullName,
            network.named_parameters().ToDictionary(entry => entry.name, entry => (Tensor)entry.parameter),
            new Dictionary<string, string>
            {
                ["format"] = Format,
                ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
                ["steps"] = (steps + training.Steps).ToString(CultureInfo.InvariantCulture),
                ["trainingSeconds"] = (seconds + budget.TotalSeconds).ToString("F0", CultureInfo.InvariantCulture),
                ["denoisedPsnr"] = denoised.ToString("F2", CultureInfo.InvariantCulture),
            },
            StoredAs.Half);
        return true;
    }

    /// <returns>What these weights have cost so far.</returns>
    private static (long Steps, double Seconds) GoOnFrom(string file, DenoisingAutoencoder network)
    {
        using var scope = NewDisposeScope();
        var (weights, metadata) = WeightsFile.Read(file, Format, "denoiser");
        network.StartFrom(weights);
        return (long.Parse(metadata["steps"], CultureInfo.InvariantCulture), double.Parse(metadata["trainingSeconds"], CultureInfo.InvariantCulture));
    }

    private static void Train(AutoencoderTraining training, TimeSpan budget, CancellationToken cancel)
    {
        var line = new ProgressLine(budget, TimeProvider.System);
        var start = TimeProvider.System.GetTimestamp();
        training.Run(
            budget,
            steps: null,
            () => line.Show(new PretrainingProgress(
                TimeProvider.System.GetElapsedTime(start), training.Steps, training.Samples, training.Loss, training.SamplesPerSecond)),
            cancel);
        ProgressLine.End();
    }

    /// <summary>Mean peak signal-to-noise ratio of noisy and of denoised photographs, dB.</summary>
    private static (double Noisy, double Denoised) Check(DenoisingAutoencoder network, IReadOnlyList<GoodPicture> photographs, int seed)
    {
        using var inference = inference_mode();
        using var generator = new Generator((ulong)seed);
        var ratios = photographs.Select(photograph =>
        {
            using var scope = NewDisposeScope();
            var standard = photograph.Standard;
            var clean = tensor(standard.Samples, [1, standard.Channels, standard.Height, standard.Width]);
            var noisy = (clean + (randn(clean.shape, generator: generator) * SensorNoise.UsualSigma)).clamp(0, 1);
            var denoised = network.call(noisy).Denoised.clamp(0, 1);
            return (Noisy: ToClean(noisy), Denoised: ToClean(denoised));

            double ToClean(Tensor image) => PeakSignalToNoise.Between(image.contiguous().data<float>().ToArray(), standard.Samples);
        }).ToList();
        return (ratios.Average(ratio => ratio.Noisy), ratios.Average(ratio => ratio.Denoised));
    }
}
