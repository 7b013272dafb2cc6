namespace Sentinel.Worker.Tests.Retraining;

/// <summary><c>DOTNET_PROCESSOR_COUNT</c> stands in for a container's quota: .NET takes the one for the other.</summary>
[Collection(nameof(TrainedProduct))]
public sealed class ProcessorQuotaTests(TrainedProduct product)
{
    [Theory]
    [InlineData("OMP_NUM_THREADS", "")]
    [InlineData("OMP_NUM_THREADS", "8")]
    [InlineData("MKL_NUM_THREADS", "8")]
    public async Task Torch_starts_no_more_threads_than_the_quota_allows(string variable, string value)
    {
        var threads = await MostTorchThreadsAsync(("DOTNET_PROCESSOR_COUNT", "1"), (variable, value));

        threads.ShouldBe(1);
    }

    [Fact]
    public async Task Without_a_quota_Torch_uses_every_core()
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "This machine has one core.");

        (await MostTorchThreadsAsync()).ShouldBeGreaterThan(1);
    }

    /// <summary>OpenMP's threads have the name of the one that started them.</summary>
    private async Task<int> MostTorchThreadsAsync(params (string, string)[] environment)
    {
        using var scoring = new SentinelProcess(["score", product.Data["good", "tile"], "--product", "tile", "--data", product.Data.Path, "--json"], environment);
        var most = 0;
        while (!scoring.Process.HasExited)
        {
            most = Math.Max(most, TorchThreadsOf(scoring.Process.Id));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        (await scoring.EndAsync()).ShouldBe(0, scoring.Errors);
        return most;
    }

    private static int TorchThreadsOf(int process)
    {
        try
        {
            return Directory.EnumerateDirectories($"/proc/{process}/task").Count(thread => File.ReadAllText(Path.Combine(thread, "comm")).Trim() == "torch");
        }
        catch (IOException)
        {
            return 0; // It has ended.
        }
    }
}
