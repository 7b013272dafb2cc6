using Sentinel.Core.Drift;
using Sentinel.Core.Imaging;
using Sentinel.Core.Tests.Training;

namespace Sentinel.Core.Tests.Drift;

public sealed class DriftMeasureTests
{
    private static readonly InputBaseline _usual = InputBaseline.Of([.. Enumerable.Range(0, 80).Select(i => InputMeasures.Of(Dials.Good(i)))]);

    [Fact]
    public void More_good_images_are_no_drift()
    {
        var window = Window(Dials.Good);

        DriftMeasure.OfInputs(window.Select(m => m.Brightness), _usual.Brightness).ShouldBeLessThan(0.5);
        DriftMeasure.OfInputs(window.Select(m => m.Contrast), _usual.Contrast).ShouldBeLessThan(0.5);
        DriftMeasure.OfInputs(window.Select(m => m.Sharpness), _usual.Sharpness).ShouldBeLessThan(0.5);
        DriftMeasure.OfInputs(window.Select(m => m.Noise), _usual.Noise).ShouldBeLessThan(0.5);
    }

    [Fact]
    public void Each_signal_sees_its_own_cause()
    {
        DriftMeasure.OfInputs(Window(i => Dimmed(Dials.Good(i), 0.75)).Select(m => m.Brightness), _usual.Brightness).ShouldBeGreaterThan(1);
        DriftMeasure.OfInputs(Window(i => Dials.Good(i).Resize(24, 24).Resize(96, 96)).Select(m => m.Sharpness), _usual.Sharpness).ShouldBeGreaterThan(1);
        DriftMeasure.OfInputs(Window(i => Dials.Good(i, grain: 0.03)).Select(m => m.Noise), _usual.Noise).ShouldBeGreaterThan(1);
        DriftMeasure.OfInputs(Window(i => Flattened(Dials.Good(i))).Select(m => m.Contrast), _usual.Contrast).ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Noise_is_measured_in_its_own_unit()
    {
        var random = new Random(3);
        var flat = new Frame(200, 200, 1, [.. Enumerable.Range(0, 40_000).Select(_ => (ushort)(30_000 + 1_310.7 * (random.NextDouble() + random.NextDouble() - 1)))]);

        // The sum of two uniform numbers of +-1/2 has a standard deviation of 1/sqrt(6); 1310.7 is 0.02.
        InputMeasures.Of(flat).Noise.ShouldBe(0.02 / Math.Sqrt(6), 0.0006);
    }

    [Fact]
    public void Only_an_image_noisier_than_good_ones_is_noisy()
    {
        Enumerable.Range(200, 40).Count(i => _usual.Noisiness(Dials.Good(i)) > 0).ShouldBeLessThanOrEqualTo(1);
        _usual.Noisiness(Dials.Good(300, grain: 0.015)).ShouldBeInRange(0.05, 0.95);
        _usual.Noisiness(Dials.Good(300, grain: 0.05)).ShouldBe(1);
        _usual.Noisiness(new Frame(4, 200, 1, new ushort[800])).ShouldBe(0, "nothing can be measured");
    }

    [Fact]
    public void P_values_of_good_images_rarely_come_near_the_line()
    {
        var random = new Random(5);
        var ratios = Enumerable.Range(0, 2_000).Select(_ =>
        {
            var calibration = Enumerable.Range(0, 120).Select(_ => random.NextDouble()).ToArray();
            var pValues = Enumerable.Range(0, 100).Select(_ => PValue(calibration, random.NextDouble())).ToList();
            return DriftMeasure.OfScores(pValues, 0.05, 120);
        }).ToList();

        ratios.Count(ratio => ratio > 1).ShouldBeLessThanOrEqualTo(2);
        ratios.Count(ratio => ratio > 0.3).ShouldBeGreaterThan(500, "it measures something");
    }

    [Fact]
    public void P_values_of_a_product_that_changed_are_over_the_line()
    {
        var random = new Random(5);
        var calibration = Enumerable.Range(0, 120).Select(_ => random.NextDouble()).ToArray();
        var pValues = Enumerable.Range(0, 100).Select(_ => PValue(calibration, Math.Sqrt(random.NextDouble()) * 0.5 + 0.45)).ToList();

        DriftMeasure.OfScores(pValues, 0.05, 120).ShouldBeGreaterThan(1);
    }

    private static double PValue(double[] calibration, double score) => (1.0 + calibration.Count(other => other >= score)) / (calibration.Length + 1);

    private static List<InputMeasures> Window(Func<int, Frame> image) => [.. Enumerable.Range(500, 60).Select(i => InputMeasures.Of(image(i)))];

    private static List<InputMeasures> Window(Func<int, double, Frame> image) => Window(i => image(i, 0.01));

    private static Frame Dimmed(Frame frame, double light) => new(frame.Width, frame.Height, 1, [.. frame.Samples.Select(sample => (ushort)(sample * light))]);

    private static Frame Flattened(Frame frame) => new(frame.Width, frame.Height, 1, [.. frame.Samples.Select(sample => (ushort)(30_000 + (sample - 30_000) / 2))]);
}
