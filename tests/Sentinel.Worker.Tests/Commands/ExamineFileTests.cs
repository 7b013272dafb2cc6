namespace Sentinel.Worker.Tests.Commands;

/// <summary>The process that the host starts to learn whether an image kills it.</summary>
[Collection(nameof(TrainedProduct))]
public sealed class ExamineFileTests(TrainedProduct product) : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_sound_image_is_survived_and_leaves_nothing_behind()
    {
        var image = Path.Combine(_data.Images(1, "new"), "000.png");
        var before = Directory.EnumerateFiles(product.Data.Path, "*", SearchOption.AllDirectories).Order().ToList();

        using var trial = new SentinelProcess("examine-file", image, "--product", "tile", "--data", product.Data.Path);

        (await trial.EndAsync()).ShouldBe(0, trial.Errors);
        trial.Output.ShouldBeEmpty();
        Directory.EnumerateFiles(product.Data.Path, "*", SearchOption.AllDirectories).Order().ShouldBe(before);
    }

    [Fact]
    public async Task An_image_that_cannot_be_read_is_nothing_to_die_of()
    {
        File.WriteAllText(_data["text.png"], "Hello, I am no picture at all.");

        using var trial = new SentinelProcess("examine-file", _data["text.png"], "--product", "tile", "--data", product.Data.Path);

        (await trial.EndAsync()).ShouldBe(0);
        trial.Output.ShouldContain("not an image");
    }

    [Fact]
    public async Task What_could_not_be_tried_is_neither_survived_nor_died_of()
    {
        using var trial = new SentinelProcess("examine-file", _data["nowhere.png"], "--product", "tile", "--data", product.Data.Path);

        (await trial.EndAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task It_is_not_offered_to_people()
    {
        using var help = new SentinelProcess("--help");

        (await help.EndAsync()).ShouldBe(0);
        help.Output.ShouldContain("denoise");
        help.Output.ShouldNotContain("examine-file");
    }
}
