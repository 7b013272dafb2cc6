using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Worker.Demo;

namespace Sentinel.Worker.Tests.Demo;

public sealed class DemoInboxTests : IDisposable
{
    private readonly DataFolders _folders = new(Directory.CreateTempSubdirectory("sentinel-demo-").FullName);
    private readonly DemoImage[] _images =
    [
        new("a.png", "good", DemoKind.Good, Grey(40_000)),
        new("b.png", "scratch", DemoKind.Defective, Grey(20_000)),
        new("c.png", "stain", DemoKind.Defective, Grey(10_000)),
    ];

    [Fact]
    public async Task Results_come_back_in_the_order_of_the_images_whatever_came_first()
    {
        var inbox = new DemoInbox(_folders, "plate");
        inbox.Drop(_images);
        Result("c.png", "suspect", 0.9);
        Result("b.png", "anomalous", 2.5);
        Result("a.png", "normal", 0.3);

        var verdicts = await inbox.ResultsAsync(_images, _ => { }, TestContext.Current.CancellationToken);

        verdicts.Select(v => v.Report.File).ShouldBe(["a.png", "b.png", "c.png"]);
        verdicts.Select(v => v.Report.Verdict).ShouldBe([Verdict.Normal, Verdict.Anomalous, Verdict.Suspect]);
        Directory.GetFiles(Path.Combine(_folders.Inbox, "plate")).Length.ShouldBe(3);
    }

    [Fact]
    public async Task An_outcome_counts_the_caught_the_missed_and_the_false_alarms()
    {
        Result("a.png", "anomalous", 1.1);
        Result("b.png", "anomalous", 2.5);
        Result("c.png", "suspect", 0.9);
        var verdicts = await new DemoInbox(_folders, "plate").ResultsAsync(_images, _ => { }, TestContext.Current.CancellationToken);

        var outcome = new DemoOutcome(verdicts, "sheet.png", "http://127.0.0.1:9464");

        (outcome.Defective, outcome.Caught, outcome.DefectiveSuspect).ShouldBe((2, 1, 1));
        (outcome.Good, outcome.FalseAlarms, outcome.GoodSuspect).ShouldBe((1, 1, 0));
    }

    [Fact]
    public async Task An_image_that_was_set_aside_ends_the_waiting()
    {
        var failed = Directory.CreateDirectory(Path.Combine(_folders.Failed, "plate", "2026-01-02")).FullName;
        File.WriteAllText(Path.Combine(failed, "a.png.reason.json"), "{}");

        var waiting = new DemoInbox(_folders, "plate").ResultsAsync(_images, _ => { }, TestContext.Current.CancellationToken);

        (await Should.ThrowAsync<IOException>(waiting)).Message.ShouldContain("a.png.reason.json");
    }

    [Fact]
    public void The_sheet_has_one_row_of_three_pictures_for_each_kind()
    {
        var heatmap = Picture("a.heatmap.png", 50_000);
        var denoised = Picture("a.denoised.png", 45_000);
        DemoVerdict[] verdicts = [.. _images.Append(_images[0]).Select(image => new DemoVerdict(image, new ResultFile
        {
            File = image.FileName,
            Verdict = Verdict.Normal,
            Ratio = 0.5,
            PValue = 0.5,
            Heatmap = heatmap,
            Denoised = denoised,
        }))];

        var sheet = new DemoSheet(_folders, new ImageLimits()).Draw(verdicts);

        // Three kinds among four images: the sheet is as large as that of three rows.
        var three = ContactSheet.Compose(["input", "denoised", "heatmap"], [.. Enumerable.Repeat(new ContactSheetRow("", []), 3)], 240);
        (sheet.Width, sheet.Height).ShouldBe((three.Width, three.Height));
        foreach (var grey in (ushort[])[40_000, 20_000, 10_000, 45_000, 50_000])
        {
            sheet.Samples.Count(sample => sample == grey).ShouldBeGreaterThan(100);
        }
    }

    public void Dispose() => Directory.Delete(_folders.Root, recursive: true);

    private string Picture(string name, ushort grey)
    {
        ImageFile.WritePng(Path.Combine(_folders.Root, name), new Frame(40, 30, 1, [.. Enumerable.Repeat(grey, 1200)], 16));
        return name;
    }

    private void Result(string file, string verdict, double ratio)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folders.Results, "plate", "2026-01-02")).FullName;
        File.WriteAllText(
            Path.Combine(folder, file + ".json"),
            FormattableString.Invariant($$"""{"file":"{{file}}","verdict":"{{verdict}}","ratio":{{ratio}},"pValue":0.1,"heatmap":null,"denoised":null}"""));
    }

    private static Frame Grey(ushort value) => new(40, 30, 1, [.. Enumerable.Repeat(value, 1200)], 16);
}
