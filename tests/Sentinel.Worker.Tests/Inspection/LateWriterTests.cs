using Sentinel.Core.Imaging;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Tests.Inbox;

namespace Sentinel.Worker.Tests.Inspection;

/// <summary>A sender that stops where its file could be decoded, and goes on later: what the ledger tells of is what lies in the archive.</summary>
public sealed class LateWriterTests : IDisposable
{
    private readonly DataRoot _root = new();
    private readonly Line _line;

    public LateWriterTests() => _line = new Line(_root);

    public void Dispose()
    {
        _line.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task A_file_that_could_be_decoded_waits_for_as_long_as_its_sender_has_it_open()
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(_root.Folders.Inbox, "tile")).FullName, "a.png");
        var sender = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        sender.Write(Line.Picture(10));

        var run = _line.RunUntilAsync(() => _line.Counted("inspected") == 1);
        await Line.EventuallyAsync(() => _root.Log.All.Any(line => line.Contains("open for writing")));
        await Task.Delay(700, TestContext.Current.CancellationToken);
        (_line.Counted("received"), _root.Log.All.Count(line => line.Contains("open for writing"))).ShouldBe((0, 1));
        sender.Write([1, 2, 3]);
        sender.Dispose();
        await run;

        OriginalsAreThoseOfTheLedger();
        _root.Files("archive").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_file_that_is_written_to_while_it_is_examined_goes_back_and_gets_no_verdict()
    {
        _root.Drop("tile/a.png", Line.Picture(10));
        var image = _root.Claim("tile/a.png");
        _line.Examiner.Before = _ => File.AppendAllText(image.Path, "more");

        await _line.InspectAsync(image);

        _root.Files().ShouldBe(["inbox/tile/a.png"]);
        _root.Ledger.Find(image.Entry.Id)!.State.ShouldBe(ImageState.Seen);
        _line.Counted("inspected").ShouldBe(0);
    }

    [Fact]
    public async Task A_file_that_is_written_to_after_its_verdict_goes_back_and_gets_another_one()
    {
        _root.Drop("tile/a.png", Line.Picture(10));
        var image = _root.Claim("tile/a.png");
        _line.Examiner.Denoise = (frame, _) =>
        {
            File.AppendAllText(image.Path, "more");
            return Task.FromResult(frame);
        };
        await _line.InspectAsync(image);
        _root.Files("inbox").ShouldBe(["inbox/tile/a.png"]);
        _line.Counted("inspected").ShouldBe(1);
        _line.Json("results", ".json").GetProperty("archived").GetString().ShouldBeEmpty();

        using var later = new Line(_root);
        await later.InspectAsync(_root.Claim("tile/a.png"));

        later.Counted("inspected").ShouldBe(1);
        _root.Ledger.OpenClaims().ShouldBeEmpty();
        OriginalsAreThoseOfTheLedger();
    }

    [Fact]
    public async Task A_file_that_is_written_to_while_Sentinel_is_down_is_not_filed_under_its_earlier_verdict()
    {
        _root.Drop("tile/a.png", Line.Picture(10));
        var work = _line.Decode(_root.Claim("tile/a.png"));
        work = work with { Examination = await _line.Examiner.ExamineAsync("tile", work.Pages) };
        _line.Filing.RecordVerdict(work);
        File.AppendAllText(work.Image.Path, "more");

        using var next = new Line(_root);
        await next.InspectAsync(_root.Claims.TakeUp());

        _root.Files("inbox").ShouldBe(["inbox/tile/a.png"]);
        _root.Files("archive").ShouldBeEmpty();
        _root.Ledger.OpenClaims().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_original_that_somebody_takes_after_its_verdict_holds_up_nothing()
    {
        _root.Drop("tile/a.png", Line.Picture(10));
        var image = _root.Claim("tile/a.png");
        _line.Examiner.Denoise = (frame, _) =>
        {
            File.Delete(image.Path);
            return Task.FromResult(frame);
        };

        await _line.InspectAsync(image);

        var entry = _root.Ledger.Find(image.Entry.Id)!;
        (entry.State, entry.FiledPath).ShouldBe((ImageState.Filed, null));
    }

    private void OriginalsAreThoseOfTheLedger()
    {
        foreach (var path in _root.Files("archive"))
        {
            var report = _line.Json("results", $"{Path.GetFileName(path)}.json");
            report.GetProperty("sha256").GetString().ShouldBe(Core.ContentHash.Of(Path.Combine(_root.Folders.Root, path)));
        }
    }
}
