using Quartz;

namespace Sentinel.Worker.Retraining;

/// <summary>The training of one product, as Quartz starts it.</summary>
[DisallowConcurrentExecution]
internal sealed class TrainingJob(Retrainer retrainer) : IJob
{
    /// <summary>Key in the job's data: the product.</summary>
    public const string Product = "product";

    /// <summary>Key in the data of the trigger that follows the schedule.</summary>
    public const string Scheduled = "scheduled";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await retrainer.RunAsync(
            context.MergedJobDataMap.GetString(Product)!, context.MergedJobDataMap.ContainsKey(Scheduled), cancellationToken);
}
