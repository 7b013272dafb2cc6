namespace Sentinel.Worker.Drift;

internal static class DriftServices
{
    public static IServiceCollection AddDriftWatch(this IServiceCollection services) => services
        .AddSingleton<DriftDetection>()
        .AddSingleton<Probation>()
        .AddHostedService<DriftWatch>();
}
