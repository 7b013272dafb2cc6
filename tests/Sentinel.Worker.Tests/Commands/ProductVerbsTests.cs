using System.Text.Json;

namespace Sentinel.Worker.Tests.Commands;

public sealed class ProductVerbsTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    [Fact]
    public async Task A_product_that_rests_is_shown_as_paused_until_it_is_resumed()
    {
        _data.Images(3, "good", "tile");
        await using var host = await RunningHost.StartAsync(_data);
        var address = $"Http:Urls={host.Client.BaseAddress}";

        (await RunAsync("products", "pause", "--product", "tile")).ShouldContain("sentinel products resume --product tile");
        await Eventually.HoldsAsync(async () => (await ProductAsync(address))?.GetProperty("paused").GetBoolean() == true, "the product is shown as paused", 120);
        (await RunAsync("products", "list", "--set", address)).ShouldContain("paused");

        (await RunAsync("products", "resume", "--product", "tile")).ShouldBe("The trainings of tile go on.");
        (await ProductAsync(address))!.Value.GetProperty("paused").GetBoolean().ShouldBeFalse();
        (await ProductAsync(address))!.Value.GetProperty("nextTraining").GetString().ShouldNotBeNull();
        (await RunAsync("products", "resume", "--product", "tile")).ShouldBe("The trainings of tile did not rest.");

        var trail = await RunAsync("audit", "show", "--product", "tile");
        trail.ShouldContain("paused");
        trail.ShouldContain("resumed");
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_used_is_not_called_a_fault_in_Sentinel()
    {
        Directory.CreateDirectory(_data["sentinel.db"]);
        using var sentinel = new SentinelProcess("audit", "show", "--product", "tile", "--data", _data.Path);

        (await sentinel.EndAsync(120)).ShouldBe(1);

        sentinel.Errors.ShouldStartWith("The ledger cannot be used: ");
        sentinel.Errors.ShouldNotContain("This is a fault in Sentinel itself");
    }

    public void Dispose() => _data.Dispose();

    private async Task<JsonElement?> ProductAsync(string address) => (await RunAsync("products", "list", "--json", "--set", address))
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => (JsonElement?)JsonDocument.Parse(line).RootElement)
        .FirstOrDefault(product => product!.Value.GetProperty("name").GetString() == "tile");

    private async Task<string> RunAsync(params string[] arguments)
    {
        using var sentinel = new SentinelProcess([.. arguments, "--data", _data.Path]);
        (await sentinel.EndAsync(180)).ShouldBe(0, sentinel.Errors);
        return sentinel.Output;
    }
}
