namespace Sentinel.Worker.Ledger;

internal static class LedgerRegistration
{
    /// <summary>The ledger in the data root, made and brought up to date at its first use.</summary>
    public static IServiceCollection AddLedger(this IServiceCollection services) => services
        .AddSingleton(provider => new LedgerDatabase(provider.GetRequiredService<DataFolders>().Ledger, TimeSpan.FromSeconds(5)))
        .AddSingleton<ImageLedger>()
        .AddSingleton<RemovalLedger>()
        .AddSingleton<ReviewLedger>()
        .AddSingleton<AuditLedger>()
        .AddSingleton<DriftLedger>()
        .AddSingleton<ShadowLedger>()
        .AddSingleton<JudgedImages>();
}
