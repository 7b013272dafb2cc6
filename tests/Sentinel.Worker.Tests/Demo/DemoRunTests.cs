using Microsoft.Extensions.Configuration;
using Sentinel.Core.Imaging;
using Sentinel.Core.Training;
using Sentinel.Worker.Demo;

namespace Sentinel.Worker.Tests.Demo;

public sealed class DemoRunTests
{
    [Fact]
    public async Task The_real_host_learns_a_few_plates_and_gives_every_image_its_verdict()
    {
        using var folder = new TemporaryFolder();
        var plan = Plan(folder, new DrawnPlates(seed: 5, knownGood: 40, testGood: 3, perDefect: 1));
        await using var demo = new DemoRun(plan);
        var progress = new Latest();

        demo.Prepare().ShouldBe(40);
        (await demo.LearnAsync(progress, TestContext.Current.CancellationToken)).ShouldBe("1");
        var outcome = await demo.InspectAsync(progress, TestContext.Current.CancellationToken);

        outcome.Verdicts.Select(v => v.Report.File).ShouldBe(plan.Product.TestImages().Select(image => image.FileName));
        (outcome.Good, outcome.Defective).ShouldBe((3, 6));
        outcome.Verdicts.ShouldAllBe(v => v.Report.Ratio > 0 && v.Report.PValue > 0 && v.Report.PValue <= 1);
        var sheet = ImageFile.Read(outcome.ContactSheet, new ImageLimits());
        sheet.Height.ShouldBeGreaterThan(9 * 240);
        progress.Fraction.ShouldBe(1);
        using var client = new HttpClient();
        (await client.GetStringAsync($"{outcome.Address}/metrics", TestContext.Current.CancellationToken)).ShouldContain("product=\"plate\"");
    }

    [Fact]
    public async Task A_refused_training_ends_the_demo_with_its_reason()
    {
        using var folder = new TemporaryFolder();
        var unreadable = Directory.CreateDirectory(folder["mine"]).FullName;
        for (var i = 0; i < 12; i++)
        {
            File.WriteAllText(Path.Combine(unreadable, $"{i}.png"), "no image");
        }

        await using var demo = new DemoRun(Plan(folder, new PhotographedParts(unreadable, 5, new ImageLimits())));
        demo.Prepare();

        var learning = demo.LearnAsync(new Latest(), TestContext.Current.CancellationToken);

        (await Should.ThrowAsync<TrainingRefusedException>(learning)).Message.ShouldContain("refused");
    }

    private static DemoPlan Plan(TemporaryFolder folder, IDemoProduct product) => new()
    {
        Product = product,
        Folders = new DataFolders(folder["data"]),
        Budget = TimeSpan.FromSeconds(40),
        Seed = 5,
        Settings = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Sentinel:Http:Urls"] = $"http://127.0.0.1:{FreePort.Next()}" }).Build(),
    };

    private sealed class Latest : IProgress<TrainingProgress>
    {
        public double Fraction { get; private set; }

        public void Report(TrainingProgress value) => Fraction = value.Fraction;
    }
}
