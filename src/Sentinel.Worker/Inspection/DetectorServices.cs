namespace Sentinel.Worker.Inspection;

internal static class DetectorServices
{
    public static IServiceCollection AddDetectors(this IServiceCollection services) =>
        services.AddSingleton<ActiveDetectors>().AddHostedService<ModelWatch>();
}
