using System.Diagnostics;
using Sentinel.Worker.Retraining;
using Sentinel.Worker.Telemetry;
using Sentinel.Worker.Tests.Inbox;
using Sentinel.Worker.Tests.Inspection;

namespace Sentinel.Worker.Tests.Telemetry;

public sealed class InspectionTraceTests : IDisposable
{
    private readonly DataRoot _root = new();
    private readonly List<Activity> _ended = [];
    private readonly ActivityListener _listener;

    public InspectionTraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == InspectionTrace.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (_ended)
                {
                    _ended.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    [Fact]
    public async Task Each_image_has_a_trace_from_the_file_seen_to_filed_with_a_span_for_each_step()
    {
        _root.Drop("tile/bad.png", Line.Picture(250));
        using var line = new Line(_root);
        var claim = _root.Claim("tile/bad.png");

        await line.InspectAsync(claim);

        var (image, steps) = TraceOf(claim.Entry.Id);
        image.OperationName.ShouldBe("inspect");
        image.StartTimeUtc.ShouldBe(claim.Entry.ReceivedAt.UtcDateTime);
        image.GetTagItem("sentinel.verdict").ShouldBe("anomalous");
        image.GetTagItem("sentinel.product").ShouldBe("tile");
        steps.Select(step => step.OperationName).Order().ShouldBe(["decode", "denoise", "infer", "settle", "write"]);
        steps.ShouldAllBe(step => step.ParentSpanId == image.SpanId);
    }

    [Fact]
    public async Task An_image_that_is_set_aside_ends_its_trace_with_the_reason()
    {
        _root.Drop("tile/text.png", "This is no image."u8.ToArray());
        using var line = new Line(_root);
        var claim = _root.Claim("tile/text.png");

        await line.InspectAsync(claim);

        var (image, _) = TraceOf(claim.Entry.Id);
        image.Status.ShouldBe(ActivityStatusCode.Error);
        image.GetTagItem("error.type").ShouldBe("not_an_image");
    }

    [Fact]
    public async Task An_image_that_somebody_took_away_ends_its_trace_too()
    {
        _root.Drop("tile/gone.png", Line.Picture(10));
        using var line = new Line(_root);
        var claim = _root.Claim("tile/gone.png");
        File.Delete(claim.Path);

        await line.InspectAsync(claim);

        var (image, _) = TraceOf(claim.Entry.Id);
        image.GetTagItem("error.type").ShouldBe("unreadable");
        _root.Log.All.Where(said => said.Contains("gone.png", StringComparison.Ordinal)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_image_that_stays_claimed_when_Sentinel_stops_ends_its_trace_too()
    {
        _root.Drop("tile/slow.png", Line.Picture(10));
        using var line = new Line(_root, trial: new TrainerExecutable("/bin/sh", ["-c", "exec sleep 60"]));
        var claim = _root.Claim("tile/slow.png");

        var work = line.InspectAsync(claim with { Entry = claim.Entry with { Attempts = 2 } });
        await Line.EventuallyAsync(() => _root.Log.All.Any(said => said.Contains("in one of its own first", StringComparison.Ordinal)));
        line.Stop();
        await work;

        var (image, steps) = TraceOf(claim.Entry.Id);
        image.GetTagItem("sentinel.verdict").ShouldBeNull();
        steps.ShouldContain(step => step.OperationName == "decode");
    }

    public void Dispose()
    {
        _listener.Dispose();
        _root.Dispose();
    }

    private (Activity Image, List<Activity> Steps) TraceOf(string id)
    {
        lock (_ended)
        {
            var image = _ended.Single(activity => Equals(activity.GetTagItem("sentinel.inspection.id"), id));
            return (image, [.. _ended.Where(activity => activity.TraceId == image.TraceId && activity != image)]);
        }
    }
}
