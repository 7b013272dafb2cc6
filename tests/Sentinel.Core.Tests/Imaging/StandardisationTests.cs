using Sentinel.Core.Imaging;

namespace Sentinel.Core.Tests.Imaging;

public sealed class StandardisationTests
{
    private static readonly Standardisation _grey = new() { Width = 96, Height = 64, Channels = 1 };

    [Theory]
    [InlineData(500, 300)]
    [InlineData(20, 11)]
    [InlineData(96, 64)]
    [InlineData(8, 900)]
    public void An_even_image_stays_even_at_any_size(int width, int height)
    {
        var even = new Frame(width, height, 3, [.. Enumerable.Repeat<ushort[]>([10000, 20000, 60000], width * height).SelectMany(pixel => pixel)]);

        var standard = (_grey with { Channels = 3 }).Standardise(even);

        (standard.Width, standard.Height, standard.Channels).ShouldBe((96, 64, 3));
        standard.Samples.Chunk(96 * 64).Select(plane => plane.Max(sample => Math.Abs(sample - plane[0]))).ShouldAllBe(error => error < 1e-5);
        standard.Samples[96 * 64].ShouldBe(20000 / 65535f, 1e-5f);
    }

    [Fact]
    public void An_image_of_the_right_size_is_taken_as_it_is()
    {
        var frame = ImageFolder.Ramp(width: 96, height: 64, channels: 1, bitDepth: 16);

        var standard = _grey.Standardise(frame);

        standard.Samples.ShouldBe(frame.Samples.Select(sample => sample * (1f / 65535)));
    }

    [Fact]
    public void Shrinking_keeps_brightness_and_place_and_does_not_alias()
    {
        // One-pixel lines at full contrast: at a tenth of the size there is nothing left but their mean.
        var lines = new Frame(960, 640, 1, [.. Enumerable.Range(0, 960 * 640).Select(i => (ushort)(i % 2 * 65535))]);
        var half = new Frame(960, 640, 1, [.. Enumerable.Range(0, 960 * 640).Select(i => (ushort)(i % 960 < 480 ? 0 : 65535))]);

        var evened = _grey.Standardise(lines).Samples;
        var halved = _grey.Standardise(half).Samples;

        evened.Min().ShouldBeGreaterThan(0.47f);
        evened.Max().ShouldBeLessThan(0.53f);
        halved.Average().ShouldBe(0.5f, 0.001f);
        halved[40].ShouldBe(0, 0.01f);
        halved[55].ShouldBe(1, 0.01f);
    }

    [Fact]
    public void Enlarging_a_slope_gives_a_slope()
    {
        var slope = new Frame(24, 16, 1, [.. Enumerable.Range(0, 24 * 16).Select(i => (ushort)(i % 24 * 2800))]);

        var samples = _grey.Standardise(slope).Samples;

        for (var x = 10; x < 85; x++)
        {
            samples[x].ShouldBe(((x + 0.5f) / 4 - 0.5f) * 2800 / 65535, 0.002f);
        }
    }

    [Fact]
    public void A_grey_model_sees_the_luma_of_a_colour_image()
    {
        var red = new Frame(10, 10, 3, [.. Enumerable.Repeat<ushort[]>([65535, 0, 0], 100).SelectMany(pixel => pixel)]);

        _grey.Standardise(red).Samples.ShouldAllBe(sample => Math.Abs(sample - 0.299f) < 1e-5);
    }

    [Fact]
    public void A_colour_model_sees_a_grey_image_in_all_three_channels()
    {
        var frame = ImageFolder.Ramp(channels: 1);

        var colour = (_grey with { Channels = 3 }).Standardise(frame);

        var planes = colour.Samples.Chunk(96 * 64).ToList();
        planes.ShouldAllBe(plane => plane.SequenceEqual(_grey.Standardise(frame).Samples));
        planes.Count.ShouldBe(3);
    }

    [Fact]
    public void The_same_frame_gives_the_same_samples_on_every_thread()
    {
        var frame = ImageFolder.Ramp(width: 333, height: 217);
        var rules = new Standardisation { Width = 128, Height = 128, Channels = 3, Light = LightNormalisation.BrightnessAndContrast };
        var first = rules.Standardise(frame).Samples;

        Parallel.For(0, 32, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
            rules.Standardise(frame).Samples.AsSpan().SequenceEqual(first).ShouldBeTrue());
    }

    [Theory]
    [InlineData(LightNormalisation.Brightness)]
    [InlineData(LightNormalisation.BrightnessAndContrast)]
    public void Light_normalisation_makes_a_darker_image_the_same_as_a_brighter_one(LightNormalisation light)
    {
        var rules = _grey with { Light = light };
        var bright = ImageFolder.Ramp(width: 200, height: 150, channels: 1, bitDepth: 16);
        int Darker(ushort sample) => light is LightNormalisation.Brightness ? sample - 3000 : sample / 3;
        var dark = new Frame(200, 150, 1, [.. bright.Samples.Select(sample => (ushort)Darker(sample))], 16);

        var (fromBright, fromDark) = (rules.Standardise(bright).Samples, rules.Standardise(dark).Samples);

        fromDark.Average().ShouldBe(0.5f, 1e-4f);
        fromBright.Zip(fromDark, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-3f);
        if (light is LightNormalisation.BrightnessAndContrast)
        {
            Math.Sqrt(fromDark.Average(sample => (sample - 0.5) * (sample - 0.5))).ShouldBe(0.2, 1e-4);
        }
    }

    [Fact]
    public void Without_light_normalisation_brightness_is_kept()
    {
        var frame = ImageFolder.Ramp(width: 200, height: 150, channels: 1, bitDepth: 16);

        _grey.Standardise(frame).Samples.Average().ShouldBe((float)frame.Samples.Average(sample => sample / 65535.0), 1e-4f);
    }

    [Fact]
    public void Rules_follow_the_median_proportion_and_the_colours_of_the_images()
    {
        Standardisation.ChooseFor([(40, 40, true), (160, 120, true), (120, 90, true), (400, 10, true), (120, 90, true)])
            .ShouldBe(new Standardisation { Width = 288, Height = 224, Channels = 1 });
        Standardisation.ChooseFor([(640, 640, true), (640, 640, false)], LightNormalisation.Brightness, 128 * 128)
            .ShouldBe(new Standardisation { Width = 128, Height = 128, Channels = 3, Light = LightNormalisation.Brightness });
        Should.Throw<ArgumentException>(() => Standardisation.ChooseFor([]));
    }

    [Theory]
    [InlineData(50, 50, 256, 256)] // enlarged
    [InlineData(384, 384, 256, 256)]
    [InlineData(480, 600, 320, 384)]
    [InlineData(4000, 3000, 448, 320)] // as many pixels as are affordable
    [InlineData(2000, 200, 1088, 128)] // not as wide as the image: what is long and thin still has two dimensions
    [InlineData(10, 1000, 96, 736)]
    public void Large_images_keep_their_detail_as_far_as_it_is_affordable(int width, int height, int standardWidth, int standardHeight)
    {
        var rules = Standardisation.ChooseFor([(width, height, true)]);

        (rules.Width, rules.Height).ShouldBe((standardWidth, standardHeight));
    }

    [Fact]
    public void A_large_image_is_standardised_without_a_second_copy_in_memory()
    {
        var frame = new Frame(6000, 5000, 3, new ushort[90_000_000]);
        var rules = new Standardisation { Width = 256, Height = 224, Channels = 3 };
        var before = GC.GetAllocatedBytesForCurrentThread();

        rules.Standardise(frame);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4L << 20);
    }
}
