namespace Sentinel.Worker.Upkeep;

internal static class UpkeepServices
{
    /// <summary>Free space, retention and corrections: what keeps the data root in order.</summary>
    public static IServiceCollection AddUpkeep(this IServiceCollection services) => services
        .AddSingleton<FreeSpaceFloor>()
        .AddSingleton<Corrections>()
        .AddSingleton<Retention>()
        .AddHostedService<StorageWatch>()
        .AddHostedService<CorrectionWatch>()
        .AddHostedService<RetentionSchedule>();
}
