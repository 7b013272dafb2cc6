namespace Sentinel.Worker.Promotion;

internal static class PromotionServices
{
    /// <summary>Which model is in use, and who says so.</summary>
    public static IServiceCollection AddPromotion(this IServiceCollection services) => services
        .AddSingleton<ReviewedFiles>()
        .AddSingleton<ShadowDetectors>()
        .AddSingleton<ShadowTrial>()
        .AddSingleton<UntracedModels>()
        .AddSingleton<ModelDesk>();
}
