using System.CommandLine;
using System.Globalization;
using Sentinel.Core.Models;

namespace Sentinel.Worker.Commands.Models;

/// <summary><c>sentinel models show</c>: where a version comes from, what it promises, how it did at the gate.</summary>
internal sealed class ModelsShowCommand : Verb
{
    private readonly Option<string> _product = ProductOption();
    private readonly Option<string?> _version = new("--model") { Description = "The version (default: the one in use).", HelpName = "N" };

    public ModelsShowCommand()
        : base("show", "Show where a version comes from and what it promises.", "sentinel models show --product tile --model 7")
    {
        Add(_product);
        Add(_version);
    }

    protected override Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var registry = new ModelRegistry(call.Folders.Models);
        var product = call.Required(_product);
        var version = call.Value(_version) ?? registry.ChampionOf(product) ?? throw new ModelUnusableException($"{product} has no model in use; name one with --model N.");
        var model = registry.Read(product, version);
        if (call.Json)
        {
            Console.WriteLine(File.ReadAllText(Path.Combine(registry.FolderOf(product, version), "manifest.json")));
            return Task.FromResult(SentinelCommand.Done);
        }

        foreach (var line in Page(registry, model))
        {
            Console.WriteLine(line);
        }

        return Task.FromResult(SentinelCommand.Done);
    }

    private static IEnumerable<string> Page(ModelRegistry registry, ModelManifest model)
    {
        var (training, calibration) = (model.Training, model.Calibration);
        yield return $"Model {model.Version} of {model.Product}, trained {model.TrainedAt:yyyy-MM-dd HH:mm} UTC by Sentinel {model.TrainedBy}";
        if (model.IsSuspect)
        {
            yield return $"Suspect    {ModelManifest.Suspicion}";
        }

        yield return $"Files      {registry.ProblemOf(model.Product, model.Version) ?? "are those that were stored"}";
        yield return $"Folder     {registry.FolderOf(model.Product, model.Version)} (report.html)";
        yield return $"Before it  {training.Parent ?? "no model"}{(model.RecalibratedFrom is { } from ? $"; the weights of model {from}" : "")}";
        yield return $"Images     {training.TrainingImages} taught, {training.SelectionImages} decided, {training.CalibrationImages} calibrated, {training.LeftOut.Count} left out";
        yield return string.Create(CultureInfo.InvariantCulture,
            $"Promise    {calibration.GuaranteedFalseAlarmRate:P2} false alarms, {calibration.FalseAlarmRateAt90Percent:P2} with 90 % confidence{(calibration.IsProvisional ? "; provisional" : "")}");
        yield return string.Create(CultureInfo.InvariantCulture, $"Threshold  {calibration.Threshold:G5}, suspect {calibration.SuspectThreshold:G5}");
        yield return $"Libraries  {string.Join(", ", model.Packages.Select(package => $"{package.Key} {package.Value}"))}";
        foreach (var line in model.Gate is { } gate ? GateLines.Of(gate) : [])
        {
            yield return line;
        }
    }
}
