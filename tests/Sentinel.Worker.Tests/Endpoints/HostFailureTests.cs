using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Sentinel.Worker.Tests.Endpoints;

public sealed class HostFailureTests
{
    [Fact]
    public async Task A_part_that_breaks_ends_the_process_with_1_so_that_it_is_started_again() =>
        (await RunAsync(services => services.AddHostedService<Breaking>())).ShouldBe(1);

    [Fact]
    public async Task Being_told_to_stop_is_not_a_failure() =>
        (await RunAsync(services => services.AddHostedService<Stopping>())).ShouldBe(0);

    private static async Task<int> RunAsync(Action<IServiceCollection> add)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{FreePort.Next()}");
        add(builder.Services);
        return await builder.Build().RunToEndAsync(TestContext.Current.CancellationToken);
    }

    private sealed class Breaking : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Delay(50, stoppingToken);
            throw new InvalidOperationException("A bug.");
        }
    }

    private sealed class Stopping(IHostApplicationLifetime host) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Delay(50, stoppingToken);
            host.StopApplication();
        }
    }
}
