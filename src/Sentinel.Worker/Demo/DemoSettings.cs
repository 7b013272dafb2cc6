using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sentinel.Worker.Endpoints;

namespace Sentinel.Worker.Demo;

/// <summary>The configuration of the demo's host: the user's, quicker with the inbox, quieter in the log, on an address that is free.</summary>
internal static class DemoSettings
{
    public static IConfiguration For(DemoPlan plan) => new ConfigurationBuilder()
        .AddConfiguration(plan.Settings)
        .AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Sentinel:DataRoot"] = plan.Folders.Root,
            ["Sentinel:Training:Budget"] = plan.Budget.ToString("c", CultureInfo.InvariantCulture),
            ["Sentinel:Training:Seed"] = plan.Seed.ToString(CultureInfo.InvariantCulture),
            ["Sentinel:Inbox:ScanInterval"] = "00:00:01",
            ["Sentinel:Inbox:QuietPeriod"] = "00:00:00.5",
            ["Sentinel:Http:Urls"] = FreeAddress(plan.Settings["Sentinel:Http:Urls"] ?? new HttpOptions().Urls),
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:LogLevel:Sentinel.Worker.Inspection.Filing"] = "Error", // The table of verdicts says it better.
            ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
        })
        .Build();

    /// <summary>The wanted address when nobody listens there, else another port on loopback.</summary>
    internal static string FreeAddress(string wanted)
    {
        if (AddressProbe.Try(wanted) is null)
        {
            return wanted;
        }

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
