using System.Text.Json;
using Sentinel.Core.Imaging;
using Sentinel.Core.Selftest.Sheet;

namespace Sentinel.Worker.Tests.Commands;

public sealed class SelftestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_machine_that_learns_too_little_fails_and_machines_are_told_of_every_rung_with_the_picture()
    {
        // What is wrong in the configuration is not the machine's fault.
        using var sentinel = new SentinelProcess(["selftest", "--out", _folder["report"], "--steps", "2", "--seed", "3", "--json"], ("Sentinel__FalseAlarmBudget", "2"));

        (await sentinel.EndAsync(180)).ShouldBe(1, sentinel.Errors);
        var report = JsonDocument.Parse(sentinel.Output).RootElement;
        report.GetProperty("passed").GetBoolean().ShouldBeFalse();
        report.GetProperty("seed").GetInt32().ShouldBe(3);
        var rungs = report.GetProperty("rungs").EnumerateArray().ToList();
        var arithmetic = rungs.TakeWhile(rung => rung.GetProperty("name").GetString()!.StartsWith("Convolutions", StringComparison.Ordinal)).ToList();
        arithmetic.ShouldNotBeEmpty();
        arithmetic.ShouldAllBe(rung => rung.GetProperty("passed").GetBoolean());
        report.GetProperty("machine").GetProperty("processors").GetInt32().ShouldBeGreaterThan(0);
        rungs.RemoveRange(0, arithmetic.Count);
        rungs.Count.ShouldBe(6);
        rungs.ShouldAllBe(rung => !rung.GetProperty("passed").GetBoolean() && rung.GetProperty("explanation").GetString()!.Contains("must be at"));
        var figure = rungs[0].GetProperty("figures")[0];
        figure.GetProperty("value").GetDouble().ShouldBeGreaterThan(figure.GetProperty("atMost").GetDouble());
        Directory.GetFiles(_folder["report"]).ShouldBe([_folder["report", "selftest.png"]]);
        report.GetProperty("report").GetString().ShouldBe(_folder["report", "selftest.png"]);
        ImageFile.Read(_folder["report", "selftest.png"], new ImageLimits()).Width.ShouldBe(SelftestSheet.Width);
    }

    [Fact]
    public async Task A_place_where_nothing_can_be_written_is_found_out_before_the_two_minutes()
    {
        await File.WriteAllTextAsync(_folder["file"], "", TestContext.Current.CancellationToken);
        using var sentinel = new SentinelProcess("selftest", "--out", _folder["file", "below"]);

        (await sentinel.EndAsync()).ShouldBe(1);
        sentinel.Errors.ShouldContain(_folder["file"]);
        sentinel.Output.ShouldBeEmpty();
    }

    public void Dispose() => _folder.Dispose();
}
