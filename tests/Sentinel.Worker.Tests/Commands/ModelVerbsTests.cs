using System.Text.Json;
using Sentinel.Core.Models;

namespace Sentinel.Worker.Tests.Commands;

/// <summary>The verbs about stored models, on two versions of a trained product.</summary>
[Collection(nameof(TrainedProduct))]
public sealed class ModelVerbsTests : IDisposable
{
    private readonly TrainedProduct _trained;
    private readonly TemporaryFolder _data = new();

    public ModelVerbsTests(TrainedProduct trained)
    {
        _trained = trained;
        trained.PublishTo(_data, "1");
        trained.PublishTo(_data, "2");
        Registry.Promote("tile", "1", "gate");
        Registry.Promote("tile", "2", "gate");
    }

    private ModelRegistry Registry => new(_data["models"]);

    [Fact]
    public async Task List_says_of_every_version_what_became_of_it()
    {
        File.AppendAllText(_data["models", "tile", "1", "manifest.json"], "x");

        var models = (await RunAsync("models", "list", "--json")).Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();

        models.Select(model => model.GetProperty("version").GetString()).ShouldBe(["1", "2"]);
        models.Select(model => model.GetProperty("state").GetString()).ShouldBe(["unusable", "in use"]);
        models[0].GetProperty("why").GetString()!.ShouldContain("damaged");
        (await RunAsync("models", "list", "--product", "tile")).ShouldContain("in use");
    }

    [Fact]
    public async Task A_model_of_an_earlier_Sentinel_is_marked_in_list_and_show()
    {
        TrainedProduct.NameChampion(_data, "2");
        TrainedProduct.MakeSuspect(_data["models", "tile", "2"]);

        var models = (await RunAsync("models", "list", "--json")).Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();

        models[0].TryGetProperty("isSuspect", out _).ShouldBeFalse();
        (models[1].GetProperty("state").GetString(), models[1].GetProperty("isSuspect").GetBoolean()).ShouldBe(("in use", true));
        models[1].GetProperty("why").GetString()!.ShouldContain("to be trained again");
        (await RunAsync("models", "show", "--product", "tile")).ShouldContain("Suspect    trained by an earlier Sentinel");
    }

    [Fact]
    public async Task Show_tells_what_the_version_in_use_promises_and_where_it_comes_from()
    {
        var page = await RunAsync("models", "show", "--product", "tile");

        page.ShouldContain("Model 2 of tile");
        page.ShouldContain("Files      are those that were stored");
        page.ShouldContain("provisional");
        JsonDocument.Parse(await RunAsync("models", "show", "--product", "tile", "--model", "1", "--json")).RootElement.GetProperty("version").GetString().ShouldBe("1");
    }

    [Fact]
    public async Task Compare_holds_two_versions_against_each_other_and_changes_nothing()
    {
        var table = JsonDocument.Parse(await RunAsync("models", "compare", "1", "2", "--product", "tile", "--good", _trained.Data["good", "tile"], "--json")).RootElement;

        table.GetProperty("champion").GetString().ShouldBe("1");
        var rows = table.GetProperty("rows").EnumerateArray().ToList();
        rows.Count.ShouldBeGreaterThan(2);
        rows.ShouldAllBe(row => row.GetProperty("champion").GetDouble() == row.GetProperty("challenger").GetDouble(), "the weights are the same");
        Registry.ChampionOf("tile").ShouldBe("2");
    }

    [Fact]
    public async Task Rollback_goes_back_and_writes_down_why()
    {
        (await RunAsync("models", "rollback", "--product", "tile", "--why", "flags every second part")).ShouldBe("Model 1 of tile is in use again.");

        Registry.ChampionOf("tile").ShouldBe("1");
        (await RunAsync("audit", "show", "--product", "tile")).ShouldContain("flags every second part");
        using var again = new SentinelProcess("models", "rollback", "--product", "tile", "--data", _data.Path);
        (await again.EndAsync(120)).ShouldBe(1);
        again.Errors.ShouldContain("no sound version before 1");
    }

    [Fact]
    public async Task Prune_removes_what_nobody_needs_and_only_says_so_when_it_is_dry()
    {
        for (var version = 3; version <= 9; version++)
        {
            _trained.PublishTo(_data, $"{version}");
        }

        Registry.Promote("tile", "9", "gate");

        (await RunAsync("models", "prune", "--product", "tile", "--dry-run")).ShouldContain("Would remove");
        Registry.VersionsOf("tile").Count.ShouldBe(9);

        (await RunAsync("models", "prune", "--product", "tile")).ShouldStartWith("Removed ");
        Registry.VersionsOf("tile").ShouldContain("9");
        Registry.VersionsOf("tile").Count.ShouldBeLessThan(9);
        (await RunAsync("audit", "show", "--product", "tile")).ShouldContain("pruned");
    }

    public void Dispose() => _data.Dispose();

    private async Task<string> RunAsync(params string[] arguments)
    {
        using var sentinel = new SentinelProcess([.. arguments, "--data", _data.Path]);
        (await sentinel.EndAsync(120)).ShouldBe(0, sentinel.Errors);
        return sentinel.Output;
    }
}
