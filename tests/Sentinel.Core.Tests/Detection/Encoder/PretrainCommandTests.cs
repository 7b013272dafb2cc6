using Sentinel.Core.Detection;
using Sentinel.Core.Detection.Encoder;
using Sentinel.Core.Detection.Weights;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Pretrain;
using SkiaSharp;
using TorchSharp;

namespace Sentinel.Core.Tests.Detection.Encoder;

public sealed class PretrainCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sentinel-pretrain");

    [Fact]
    public async Task A_folder_of_classes_becomes_an_encoder_and_a_state_that_can_be_gone_on_from()
    {
        var images = WritePictures(perClass: 14);
        var weights = Path.Combine(_folder.FullName, "weights");

        var trained = await InvokeAsync("encoder", "--images", images, "--out", weights, "--budget", "00:00:00.1");
        var first = await File.ReadAllBytesAsync(weights, TestContext.Current.CancellationToken);
        var resumed = await InvokeAsync("encoder", "--images", images, "--out", weights, "--budget", "00:00:00.1", "--resume");

        (trained, resumed).ShouldBe((0, 0));
        (await File.ReadAllBytesAsync(weights, TestContext.Current.CancellationToken)).ShouldBe(first); // nothing was left to train
        using var torch = new TorchThread();
        torch.Run(() =>
        {
            var (tensors, facts) = TensorFile.Read(first);
            using var encoder = new GeneralEncoder(tensors);
            return (encoder.Channels, int.Parse(facts["steps"]) > 0);
        }).ShouldSatisfyAllConditions(r => r.Channels.ShouldBe([64, 128, 256]), r => r.Item2.ShouldBeTrue());
    }

    [Fact]
    public async Task A_training_goes_on_from_another_ones_state_where_the_classes_differ()
    {
        var images = WritePictures(perClass: 14);
        var (first, second) = (Path.Combine(_folder.FullName, "first"), Path.Combine(_folder.FullName, "second"));
        (await InvokeAsync("encoder", "--images", images, "--out", first, "--budget", "00:00:00.1")).ShouldBe(0);
        Directory.Delete(Path.Combine(images, "disc"), recursive: true);

        (await InvokeAsync("encoder", "--images", images, "--from", first + ".state", "--out", second, "--budget", "00:00:00.1")).ShouldBe(0);
        (await InvokeAsync("encoder", "--images", images, "--from", first, "--out", second, "--budget", "00:00:00.1")).ShouldBe(1); // weights are no state

        File.Exists(second + ".state").ShouldBeTrue();
    }

    [Fact]
    public Task A_folder_of_photographs_becomes_a_denoiser_that_a_training_and_the_tool_can_begin_with() =>
        BecomeWeightsToGoOnFrom(WritePictures(perClass: 41), ["denoiser"], weights =>
        {
            using var network = new DenoisingAutoencoder(1);
            network.StartFrom(weights);
        });

    [Fact]
    public async Task A_denoiser_does_not_go_on_from_the_weights_of_an_encoder()
    {
        var images = WritePictures(perClass: 41);
        var encoder = Path.Combine(_folder.FullName, "encoder");
        var denoiser = Path.Combine(_folder.FullName, "denoiser");
        (await InvokeAsync("encoder", "--images", images, "--out", encoder, "--budget", "00:00:00.1")).ShouldBe(0);

        (await InvokeAsync("denoiser", "--images", images, "--from", encoder, "--out", denoiser)).ShouldBe(1);

        File.Exists(denoiser).ShouldBeFalse();
    }

    [Fact]
    public async Task Too_few_photographs_for_a_denoiser_are_refused()
    {
        (await InvokeAsync("denoiser", "--images", WritePictures(perClass: 2), "--out", Path.Combine(_folder.FullName, "denoiser"))).ShouldBe(1);
    }

    [Fact]
    public Task Photographs_become_a_defect_head_that_a_training_and_the_tool_can_begin_with() =>
        BecomeWeightsToGoOnFrom(WritePictures(perClass: 2), ["head", "--parts", "4"], weights =>
        {
            using var model = new DetectionModel(new Architecture(), new Standardisation { Width = 256, Height = 256, Channels = 1 });
            model.Head.StartFrom(weights);
        });

    [Fact]
    public async Task A_defect_head_is_not_made_of_a_folder_without_pictures()
    {
        var weights = Path.Combine(_folder.FullName, "head");

        (await InvokeAsync("head", "--images", _folder.FullName, "--out", weights)).ShouldBe(1);

        File.Exists(weights).ShouldBeFalse();
    }

    [Fact]
    public void A_product_of_too_few_parts_is_refused()
    {
        var parsed = PretrainCommand.Create().Parse(["head", "--images", _folder.FullName, "--out", "head", "--parts", "3"]);

        parsed.Errors.ShouldHaveSingleItem().Message.ShouldContain("4 parts or more");
    }

    [Fact]
    public async Task A_photograph_that_cannot_be_read_ends_the_making_of_a_defect_head()
    {
        var photograph = Path.Combine(_folder.FullName, "x.png");
        await File.WriteAllTextAsync(photograph, "no picture", TestContext.Current.CancellationToken);

        (await InvokeAsync("head", "--images", _folder.FullName, "--out", Path.Combine(_folder.FullName, "head"), "--parts", "4", "--budget", "00:00:00.1")).ShouldBe(1);

        Should.Throw<InvalidDataException>(() => PictureFiles.Read(photograph)).Message.ShouldContain("x.png");
    }

    [Fact]
    public async Task A_picture_that_cannot_be_read_ends_the_tool_with_1_and_its_name()
    {
        var images = WritePictures(perClass: 2);
        await File.WriteAllTextAsync(Path.Combine(images, "disc", "x.png"), "no picture", TestContext.Current.CancellationToken);

        (await InvokeAsync("encoder", "--images", images, "--out", Path.Combine(_folder.FullName, "weights"), "--budget", "00:00:01")).ShouldBe(1);
        Should.Throw<InvalidDataException>(() => LabelledImages.Read([images])).Message.ShouldContain("x.png");
    }

    [Fact]
    public void Pictures_are_read_with_their_colours_class_by_class_and_large_ones_made_smaller()
    {
        var (folder, other) = (Path.Combine(_folder.FullName, "colours"), Path.Combine(_folder.FullName, "more"));
        WritePicture(Path.Combine(folder, "a", "deep", "1.png"), 64, (_, _) => new SKColor(200, 100, 50));
        WritePicture(Path.Combine(other, "b", "1.png"), 300, (_, _) => new SKColor(10, 20, 30));

        var images = LabelledImages.Read([folder, other]);

        images.Classes.ShouldBe(["a", "b"]);
        images.Pictures.Select(picture => picture.Label).ShouldBe([0, 1]);
        images.Pictures.Select(picture => (picture.Width, picture.Height)).ShouldBe([(64, 64), (128, 128)]);
        images.Pictures.Select(picture => picture.Shows).ShouldBe([1, 3]);
        PlaneMeans(images.Pictures[0].Pixels).ShouldBe([200, 100, 50]);
        PlaneMeans(images.Pictures[1].Pixels).ShouldBe([10, 20, 30]);
    }

    [Fact]
    public void Pictures_held_out_are_not_among_those_kept()
    {
        var images = DrawnClasses.Draw(perClass: 10, seed: 1);

        var (kept, heldOut) = images.HoldOut(every: 5);

        (kept.Pictures.Count, heldOut.Pictures.Count).ShouldBe((24, 6));
        Contents(kept).Intersect(Contents(heldOut)).ShouldBeEmpty();
        Contents(kept).Union(Contents(heldOut)).Count().ShouldBe(30);
        heldOut.Pictures[0].ShouldBe(images.Pictures[4]);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static Task<int> InvokeAsync(params string[] arguments) =>
        PretrainCommand.Create().Parse(arguments).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Trains, and goes on from what was written.</summary>
    private async Task BecomeWeightsToGoOnFrom(string images, string[] command, Action<IReadOnlyDictionary<string, torch.Tensor>> takeOver)
    {
        var (weights, more) = (Path.Combine(_folder.FullName, "weights"), Path.Combine(_folder.FullName, "more"));

        (await InvokeAsync([.. command, "--images", images, "--out", weights, "--budget", "00:00:00.1"])).ShouldBe(0);
        (await InvokeAsync([.. command, "--images", images, "--from", weights, "--out", more, "--budget", "00:00:00.1"])).ShouldBe(0);

        using var thread = new TorchThread();
        var (steps, stepsInAll) = (StepsOf(weights), StepsOf(more));
        steps.ShouldBeGreaterThan(0);
        stepsInAll.ShouldBeGreaterThan(steps);

        int StepsOf(string file) => thread.Run(() =>
        {
            var (tensors, facts) = TensorFile.Read(File.ReadAllBytes(file));
            takeOver(tensors);
            return int.Parse(facts["steps"]);
        });
    }

    private string WritePictures(int perClass)
    {
        var folder = Path.Combine(_folder.FullName, "pictures");
        var drawn = DrawnClasses.Draw(perClass, seed: 1);
        foreach (var (i, picture) in drawn.Pictures.Index())
        {
            const int side = DrawnClasses.Side;
            var planes = picture.Pixels;
            WritePicture(
                Path.Combine(folder, drawn.Classes[picture.Label], $"{i}.png"),
                side,
                (x, y) => new SKColor(planes[y * side + x], planes[(side + y) * side + x], planes[(2 * side + y) * side + x]));
        }

        return folder;
    }

    private static void WritePicture(string path, int side, Func<int, int, SKColor> colour)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var bitmap = new SKBitmap(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var i = 0; i < side * side; i++)
        {
            bitmap.SetPixel(i % side, i / side, colour(i % side, i / side));
        }

        using var stream = File.Create(path);
        bitmap.Encode(stream, SKEncodedImageFormat.Png, 100);
    }

    private static IEnumerable<string> Contents(LabelledImages images) => images.Pictures.Select(picture => Convert.ToHexString(picture.Pixels));

    private static int[] PlaneMeans(ReadOnlySpan<byte> planes)
    {
        var area = planes.Length / 3;
        return [Mean(planes[..area]), Mean(planes.Slice(area, area)), Mean(planes[(2 * area)..])];

        static int Mean(ReadOnlySpan<byte> plane) => (int)Math.Round(plane.ToArray().Average(b => b));
    }
}
