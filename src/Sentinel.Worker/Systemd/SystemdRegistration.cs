using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting.Systemd;

namespace Sentinel.Worker.Systemd;

internal static class SystemdRegistration
{
    /// <summary>
    /// Readiness, status and watchdog for whoever listens on NOTIFY_SOCKET: systemd, a container engine. Without a listener only the judgement
    /// whether Sentinel hangs.
    /// </summary>
    public static IServiceCollection AddSupervision(this IServiceCollection services)
    {
        services.AddSystemd();
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is { Length: > 0 })
        {
            // AddSystemd goes by the name of the parent process, and would keep silent towards any other listener.
            services.TryAddSingleton<ISystemdNotifier, SystemdNotifier>();
            services.AddSingleton<IHostLifetime, SystemdLifetime>();
        }

        return services
            .AddSingleton<Pulse>()
            .AddSingleton<StatusLine>()
            .AddHostedService<Watchdog>();
    }
}
