using System.Net;
using Quartz;

namespace Sentinel.Worker.Endpoints;

/// <summary><c>POST /api/products/NAME/train</c>: train now. Only from this machine, and not from a web page that somebody happens to look at.</summary>
internal static class TrainingEndpoints
{
    public static void MapTraining(this WebApplication app) => app.MapPost(
        "/api/products/{product}/train",
        async (string product, HttpContext context, ISchedulerFactory schedulers, CancellationToken cancel) =>
        {
            if (context.Connection.RemoteIpAddress is not { } from || !IPAddress.IsLoopback(from) || context.Request.Headers.Origin.Count > 0)
            {
                return Results.Json(new TrainingAnswer(product, "Trainings are asked for on the machine itself: sentinel products train."), statusCode: StatusCodes.Status403Forbidden);
            }

            var scheduler = await schedulers.GetScheduler(cancel);
            if (await scheduler.GetJobDetail(new JobKey(product), cancel) is null)
            {
                return Results.Json(new TrainingAnswer(product, $"{product} has no folder of known-good images."), statusCode: StatusCodes.Status404NotFound);
            }

            await scheduler.TriggerJob(new JobKey(product), cancellationToken: cancel);
            return Results.Json(new TrainingAnswer(product, $"{product} is trained as soon as it is its turn."), statusCode: StatusCodes.Status202Accepted);
        });
}

/// <summary>What the address answers.</summary>
internal sealed record TrainingAnswer(string Product, string Message);
