namespace Sentinel.Worker.Inspection;

internal static class InspectionRegistration
{
    /// <summary>From claimed files to verdicts, results and the archive.</summary>
    public static IServiceCollection AddInspection(this IServiceCollection services) => services
        .AddSingleton<InspectionQueue>()
        .AddSingleton<IExaminer, DetectorExaminer>()
        .AddSingleton<Quarantine>()
        .AddSingleton<Admission>()
        .AddSingleton<Retries>()
        .AddSingleton<Decoding>()
        .AddSingleton<FilingPlan>()
        .AddSingleton<ResultFiles>()
        .AddSingleton<Filing>()
        .AddSingleton<InspectionPipeline>()
        .AddHostedService<InspectionService>();
}
