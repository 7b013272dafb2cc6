using System.Text.Json;

namespace Sentinel.Worker.Tests.Commands;

[Collection(nameof(TrainedProduct))]
public sealed class EvaluateTests(TrainedProduct trained) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_finished_model_is_measured_and_a_report_with_pictures_lies_beside_its_figures()
    {
        WriteSet();

        using var sentinel = new SentinelProcess("evaluate", _folder["set"], "--model", trained.Data["models", "tile", "1"], "--out", _folder["out"], "--json");

        (await sentinel.EndAsync(120)).ShouldBe(0, sentinel.Errors);
        var root = JsonDocument.Parse(sentinel.Output).RootElement;
        root.GetProperty("goodImages").GetInt32().ShouldBe(4);
        root.TryGetProperty("seeds", out _).ShouldBeFalse();
        Files("out").ShouldBe(["evaluation.json", "false-alarms.png", "misses.png", "report.md", "roc.png", "scores.csv", "scores.png"], ignoreOrder: true);
        var report = await File.ReadAllTextAsync(_folder["out", "report.md"], TestContext.Current.CancellationToken);
        report.ShouldContain("`sentinel evaluate set --model 1 --out out --json`");
        report.ShouldNotContain(_folder.Path);
    }

    [Fact]
    public async Task Every_seed_keeps_its_model_and_figures_and_the_summary_lies_on_top()
    {
        WriteSet();
        _folder.Images(12, "set", "train", "good");

        using var sentinel = new SentinelProcess(
            "evaluate", _folder["set"], "--product", "tile", "--budget", "00:00:05", "--seed", "4", "--seeds", "2", "--out", _folder["out"], "--json");

        (await sentinel.EndAsync(240)).ShouldBe(0, sentinel.Errors);
        var summary = JsonDocument.Parse(sentinel.Output).RootElement;
        double[] seconds = [TrainSeconds("seed-4"), TrainSeconds("seed-5")];
        summary.GetProperty("timing").GetProperty("trainSeconds").GetDouble().ShouldBe(seconds.Average(), 1e-9);
        summary.GetProperty("seeds").GetProperty("timing").GetProperty("trainSeconds").GetProperty("max").GetDouble().ShouldBe(seconds.Max());
        (await File.ReadAllTextAsync(_folder["out", "evaluation.json"], TestContext.Current.CancellationToken)).Trim().ShouldBe(sentinel.Output);
        foreach (var seed in (string[])["seed-4", "seed-5"])
        {
            Files("out", seed).ShouldBe(["evaluation.json", "scores.csv"], ignoreOrder: true);
            File.Exists(_folder["out", seed, "models", "tile", "1", "manifest.json"]).ShouldBeTrue();
        }

        File.Exists(_folder["out", "report.md"]).ShouldBeTrue();
    }

    public void Dispose() => _folder.Dispose();

    private void WriteSet()
    {
        _folder.Images(4, "set", "test", "good");
        _folder.Images(3, "set", "test", "crack");
    }

    private double TrainSeconds(string seed) =>
        JsonDocument.Parse(File.ReadAllText(_folder["out", seed, "evaluation.json"])).RootElement.GetProperty("timing").GetProperty("trainSeconds").GetDouble();

    private IEnumerable<string?> Files(params string[] below) => Directory.GetFiles(_folder[below]).Select(Path.GetFileName);
}
