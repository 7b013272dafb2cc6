using System.Diagnostics;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Telemetry;

/// <summary>
/// The trace of one image from the file seen to filed, with a span for each step. The stations of the pipeline are different threads of
/// work, so the trace travels with the image and not with the caller. Null when nobody listens: it costs nothing then.
/// </summary>
internal sealed class InspectionTrace
{
    public const string SourceName = "Sentinel";

    private static readonly ActivitySource _source = new(SourceName);

    private readonly Activity _image;

    private InspectionTrace(Activity image) => _image = image;

    /// <summary>Begins when the file was complete; what lies between that and the claim is the step <c>settle</c>.</summary>
    public static InspectionTrace? Begin(LedgerEntry entry)
    {
        if (_source.StartActivity("inspect", ActivityKind.Consumer, default(ActivityContext), startTime: entry.ReceivedAt) is not { } image)
        {
            return null;
        }

        image.SetTag("sentinel.inspection.id", entry.Id).SetTag("sentinel.product", entry.Product).SetTag("file.name", entry.File);
        Activity.Current = null;
        using var settle = _source.StartActivity("settle", ActivityKind.Internal, image.Context, startTime: entry.ReceivedAt);
        settle?.SetEndTime(entry.ClaimedAt.UtcDateTime);
        return new InspectionTrace(image);
    }

    /// <summary>A step (decode, infer, write) that lasts until it is disposed.</summary>
    public Activity? Step(string name) => _source.StartActivity(name, ActivityKind.Internal, _image.Context);

    /// <summary>The image is where it belongs.</summary>
    public void End(LedgerEntry? entry)
    {
        if (entry?.Verdict is { } verdict)
        {
            _image.SetTag("sentinel.verdict", verdict.Verdict.ToString().ToLowerInvariant())
                .SetTag("sentinel.ratio", verdict.Ratio)
                .SetTag("sentinel.model.version", verdict.ModelVersion);
        }
        else if (entry?.Failure is { } failure)
        {
            _image.SetStatus(ActivityStatusCode.Error, failure.Message).SetTag("error.type", failure.Reason);
        }

        _image.Stop();
    }
}
