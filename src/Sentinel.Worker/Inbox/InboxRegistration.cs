namespace Sentinel.Worker.Inbox;

internal static class InboxRegistration
{
    /// <summary>From files dropped into the inbox to claims.</summary>
    public static IServiceCollection AddInbox(this IServiceCollection services) => services
        .AddSingleton<InboxScanner>()
        .AddSingleton<InboxWatcher>()
        .AddSingleton<Lookout>()
        .AddSingleton<ReadyRule>()
        .AddSingleton<Claims>()
        .AddSingleton<StoragePatience>()
        .AddSingleton<WaitingReasons>()
        .AddSingleton<Intake>()
        .AddHostedService<InboxService>()
        .AddHostedService<CanaryService>();
}
