using System.CommandLine;
using System.Globalization;
using Sentinel.Core.Detection.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Pretrain;

/// <summary>
/// <c>pretrain mix</c>: an encoder between two trainings of which one went on from the other. It can still do what the first could, and most of
/// what the second learnt (Wortsman 2022, arXiv 2109.01903).
/// </summary>
internal static class MixCommand
{
    private static readonly Option<FileInfo> _from = State("--from", "<file>.state of the first training.");
    private static readonly Option<FileInfo> _to = State("--to", "<file>.state of the one that went on from it.");
    private static readonly Option<FileInfo> _out = CommonOptions.Out("File to write the encoder's weights to.");

    private static readonly Option<double> _share = new("--share")
    {
        Description = "How far to go from the first to the second, 0 to 1.",
        DefaultValueFactory = _ => 0.5,
    };

    public static Command Create()
    {
        var command = new Command(
            "mix",
            """
            Writes the encoder that lies between two trainings.

            Example: pretrain mix --from first.safetensors.state --to second.safetensors.state --out general-encoder.safetensors
            """)
        {
            _from, _to, _share, _out,
        };
        _share.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0 and <= 1))
            {
                result.AddError("--share lies between 0 and 1.");
            }
        });
        command.SetAction((parsed, _) => PretrainCommand.RunAsync(0, () => Run(parsed), "Stopped; nothing was written."));
        return command;
    }

    private static Option<FileInfo> State(string name, string description) =>
        new Option<FileInfo>(name) { Description = description, Required = true }.AcceptExistingOnly();

    private static bool Run(ParseResult parsed)
    {
        using var scope = NewDisposeScope();
        var (from, to) = (parsed.GetRequiredValue(_from), parsed.GetRequiredValue(_to));
        var share = parsed.GetValue(_share);
        using var network = new ClassifierNetwork(classes: 1, PretrainingPlan.ShippedWidth, new Generator(0));
        Mix(network, Read(from), Read(to), share);
        WeightsFile.Write(parsed.GetRequiredValue(_out).FullName, network.FoldEncoder(), new Dictionary<string, string>
        {
            ["format"] = WeightsFile.EncoderFormat,
            ["from"] = from.Name,
            ["to"] = to.Name,
            ["share"] = share.ToString("R", CultureInfo.InvariantCulture),
        }, StoredAs.Byte);
        return true;

        static Dictionary<string, Tensor> Read(FileInfo file) => TensorFile.Read(File.ReadAllBytes(file.FullName)).Tensors;
    }

    /// <summary>Sets the encoder's part of the network; the classifiers of the two may tell other classes apart.</summary>
    /// <exception cref="InvalidDataException">One of them is the state of another network.</exception>
    private static void Mix(ClassifierNetwork network, Dictionary<string, Tensor> from, Dictionary<string, Tensor> to, double share)
    {
        using var noGradient = no_grad();
        foreach (var (name, tensor) in network.EncoderState())
        {
            if (!from.TryGetValue(name, out var first) || !to.TryGetValue(name, out var second)
                || !first.shape.SequenceEqual(tensor.shape) || !second.shape.SequenceEqual(tensor.shape))
            {
                throw new InvalidDataException($"These are not two states of this network: '{name}' differs or is missing.");
            }

            tensor.copy_(first.lerp(second, (float)share));
        }
    }
}
