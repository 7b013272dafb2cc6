using Sentinel.Core.Evaluation;
using Sentinel.Core.Evaluation.Reporting;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Tests.Evaluation.Reporting;

public sealed class ReportFilesTests : IDisposable
{
    // A folder may have that name, and a table's cell would end there.
    private const string Crack = "crack|s";

    private const ushort Dark = 5000;
    private const ushort Middle = 20_000;
    private const ushort Light = 40_000;

    private readonly string _root = Directory.CreateTempSubdirectory("sentinel-report-").FullName;

    [Fact]
    public void Each_sheet_shows_its_images_in_order_and_the_page_names_every_picture()
    {
        Write(
            Good(Dark, 0.2), Good(Middle, 1.5), Good(Light, 0.7),
            Defect(Dark, 0.4), Defect(Light, 0.1), Defect(Middle, 0.3), Defect(Dark, 0.5), Defect(Light, 0.6), Defect(Middle, 0.65), Defect(Light, 5), Defect(Dark, 8));

        Order("false-alarms.png").ShouldBe([Middle, Light, Dark]);
        Order("misses.png").ShouldBe([Light, Middle, Dark, Dark, Light, Middle]);
        Order("catches.png").ShouldBe([Dark, Light]);
        var page = Page();
        foreach (var picture in (string[])["roc.png", "scores.png", "false-alarms.png", "misses.png", "catches.png"])
        {
            page.ShouldContain($"]({picture})");
            File.Exists(Path.Combine(_root, picture)).ShouldBeTrue(picture);
        }
    }

    [Fact]
    public void Rates_stand_with_their_exact_intervals_and_good_images_first()
    {
        // 1 of 4: Clopper and Pearson give 0.0063 to 0.8059; 2 of 2: 0.1581 to 1.
        Write(Good(Dark, 0.2), Good(Dark, 0.2), Good(Dark, 0.2), Good(Middle, 1.5), Defect(Dark, 2), Defect(Light, 3));

        var page = Page();
        page.ShouldContain("| good | 4 | 1 | 25.0% | 0.6% to 80.6% |\n| crack\\|s | 2 | 2 | 100.0% | 15.8% to 100.0% |\n");
        page.ShouldContain("## Plain catches\n\nNone.");
        File.Exists(Path.Combine(_root, "catches.png")).ShouldBeFalse();
    }

    [Fact]
    public void It_says_how_it_was_made_and_how_settings_are_chosen()
    {
        Write(Good(Dark, 0.2), Defect(Dark, 2));

        var page = Page();
        page.ShouldContain("`sentinel evaluate tile --seeds 3`");
        page.ShouldContain("Seed 7, 8, 9. Sentinel 1.2.3. 2 cores. 2026-11-23 12:00 UTC.");
        page.ShouldContain("| image AUROC, AP, best F1 | 0.750 (0.600 to 0.900), 0.800, 0.850 |");
        page.ShouldContain("all else is of seed 9");
        page.ShouldContain("drawn (synthetic) defects");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Write(params ScoredSample[] samples)
    {
        SeedReport[] seeds = [Seed(7, 0.6, []), Seed(8, 0.9, []), Seed(9, 0.75, samples)];
        var origin = new ReportOrigin("sentinel evaluate tile --seeds 3", "1.2.3", "2 cores", new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        ReportFiles.Write(_root, new SeedSummary(seeds), origin, new ImageLimits());
    }

    private static SeedReport Seed(int seed, double auroc, ScoredSample[] samples)
    {
        var report = SeedSummaryTests.Seed(seed, auroc).Report;
        return new(seed, report with
        {
            Threshold = report.Threshold with { Recall = new Dictionary<string, double> { [Crack] = 0.5 } },
            PerDefect = new Dictionary<string, DefectFigures> { [Crack] = new(4, auroc) },
            Samples = samples,
            SuspectRatio = 0.8,
        });
    }

    private ScoredSample Good(ushort grey, double ratio) => Samples.Of("good", Image(grey), ratio);

    private ScoredSample Defect(ushort grey, double ratio) => Samples.Of(Crack, Image(grey), ratio);

    private string Image(ushort grey)
    {
        var file = Path.Combine(_root, $"{grey}.png");
        ImageFile.WritePng(file, new Frame(40, 40, 1, [.. Enumerable.Repeat(grey, 1600)]));
        return file;
    }

    private string Page() => File.ReadAllText(Path.Combine(_root, "report.md"));

    /// <summary>Greys of the first column from the top, without the sheet's own paper and ink.</summary>
    private ushort[] Order(string sheet)
    {
        var frame = ImageFile.Read(Path.Combine(_root, sheet), new ImageLimits());
        ushort[] known = [Dark, Middle, Light];
        return [.. Enumerable.Range(0, frame.Height)
            .Select(y => frame.Samples[((y * frame.Width) + 130) * 3])
            .Select(sample => known.FirstOrDefault(grey => Math.Abs(grey - sample) < 300))
            .Aggregate(new List<ushort> { 0 }, (seen, grey) => seen[^1] == grey ? seen : [.. seen, grey])
            .Where(grey => grey > 0)];
    }
}
