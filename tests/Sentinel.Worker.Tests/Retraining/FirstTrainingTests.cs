using System.Globalization;
using System.Net.Http.Json;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Tests.Retraining;

public sealed class FirstTrainingTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    [Fact]
    public async Task Known_good_images_become_a_model_in_use_without_anybody_asking()
    {
        _data.Images(40, "good", "tile");
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        using var client = new HttpClient { BaseAddress = new Uri(address) };

        // A process of its own: the exporter of a host in this one also sees, and loses, the series of every other host here.
        using var host = new SentinelProcess("run", "--data", _data.Path, "--set", "Training:Budget=00:00:10", "--set", $"Http:Urls={address}");
        await Eventually.AnswersAsync($"{address}/healthz");

        ProductReport? tile = null;
        await Eventually.HoldsAsync(
            async () => (tile = (await client.GetFromJsonAsync<ProductReport[]>("/api/products"))!.SingleOrDefault()) is { Model: "1", TrainingProgress: null },
            "the first model is in use",
            seconds: 660);

        tile!.LastOutcome.ShouldBe(TrainingOutcomes.Trained);
        tile.TrainedAt!.Value.ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(12));
        var metrics = await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        metrics.ShouldContain("sentinel_model_info{product=\"tile\",version=\"1\"} 1");
        metrics.ShouldContain("sentinel_training_runs_total{outcome=\"trained\",product=\"tile\"} 1");
    }

    [Fact]
    public async Task The_trainer_steps_back_behind_inspection_and_dies_with_its_host()
    {
        _data.Images(40, "good", "tile");
        using var host = new SentinelProcess(
            "run", "--data", _data.Path, "--set", "Training:Budget=00:01:00", "--set", $"Http:Urls=http://127.0.0.1:{FreePort.Next()}");
        int? trainer = null;
        await Eventually.HoldsAsync(() => (trainer = ChildOf(host.Process.Id)) is not null, "a trainer was started");
        await Eventually.HoldsAsync(() => File.Exists($"/proc/{trainer}/oom_score_adj") && Threads(trainer!.Value).Count() > 10, "the trainer is at work");

        await Eventually.HoldsAsync(() => Threads(trainer!.Value).All(nice => nice == 10), "every thread of it is nice");
        (await File.ReadAllTextAsync($"/proc/{trainer}/oom_score_adj", TestContext.Current.CancellationToken)).Trim().ShouldBe("500");

        host.Signal("KILL");
        await host.EndAsync();
        await Eventually.HoldsAsync(() => !IsRunning(trainer!.Value), "the trainer is gone", seconds: 5);
    }

    [Fact]
    public async Task A_host_that_is_told_to_stop_ends_the_training_with_it()
    {
        _data.Images(40, "good", "tile");
        using var host = new SentinelProcess(
            "run", "--data", _data.Path, "--set", "Training:Budget=00:01:00", "--set", $"Http:Urls=http://127.0.0.1:{FreePort.Next()}");
        int? trainer = null;
        await Eventually.HoldsAsync(() => (trainer = ChildOf(host.Process.Id)) is not null, "a trainer was started");

        host.Signal("TERM");

        (await host.EndAsync(10)).ShouldBe(0);
        IsRunning(trainer!.Value).ShouldBeFalse();
        host.Output.ShouldContain("The training of tile was ended because Sentinel stops.");
    }

    public void Dispose() => _data.Dispose();

    private static int? ChildOf(int parent)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            if (Fields(Path.Combine(process, "stat")) is { } fields && fields[1] == $"{parent}")
            {
                return int.Parse(Path.GetFileName(process), CultureInfo.InvariantCulture);
            }
        }

        return null;
    }

    private static IEnumerable<int> Threads(int process) => Directory.EnumerateDirectories($"/proc/{process}/task")
        .Select(thread => Fields(Path.Combine(thread, "stat")))
        .OfType<string[]>()
        .Select(fields => int.Parse(fields[16], CultureInfo.InvariantCulture));

    private static bool IsRunning(int process) => Fields($"/proc/{process}/stat") is { } fields && fields[0] != "Z";

    /// <summary>What follows the name in <c>stat</c>: state, parent, ..., nice as the 17th; null when the process is gone.</summary>
    private static string[]? Fields(string path)
    {
        try
        {
            var text = File.ReadAllText(path);
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
