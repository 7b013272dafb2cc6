using Sentinel.Core.Selftest;
using Sentinel.Core.Selftest.Sheet;
using Sentinel.Core.Torch;

namespace Sentinel.Core.Tests.Selftest;

public sealed class SelftestRungTests : IDisposable
{
    // Many times what a rung takes, because other tests run beside it.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);

    private readonly TorchThread _torch = new(threads: 1);

    public static TheoryData<int> All => [.. Enumerable.Range(0, Ladder.Lecture.Count)];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_sound_machine_reaches_what_a_rung_asks_for(int rung)
    {
        var outcome = Learn(rung, new Attempt(4, _patience));

        outcome.Measures.ShouldAllBe(measure => measure.IsReached);
        var agreement = outcome.Exhibits.OfType<Agreement>().Single();
        agreement.Pairs.ShouldAllBe(pairs => pairs.Expected.Length == pairs.Predicted.Length && pairs.Expected.Length >= 200);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Who_learns_for_two_steps_only_misses_every_figure(int rung)
    {
        var outcome = Learn(rung, new Attempt(4, _patience) { MostSteps = 2 });

        outcome.Measures.ShouldNotBeEmpty();
        outcome.Measures.ShouldAllBe(measure => double.IsFinite(measure.Value) && !measure.IsReached);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void The_same_seed_gives_the_same_figure_to_the_last_bit_and_another_seed_another(int rung)
    {
        double Figure(int seed) => Learn(rung, new Attempt(seed, _patience) { MostSteps = 60 }).Measures[0].Value;

        var first = Figure(7);

        Figure(7).ShouldBe(first);
        Figure(8).ShouldNotBe(first);
    }

    [Fact]
    public void Whoever_is_told_hears_of_every_step_up_to_the_whole()
    {
        List<double> shares = [];

        Learn(1, new Attempt(1, _patience, shares.Add) { MostSteps = 5 });

        shares.ShouldBe([0.2, 0.4, 0.6, 0.8, 1]);
    }

    public void Dispose() => _torch.Dispose();

    private RungOutcome Learn(int rung, Attempt attempt) => _torch.Run(() => Ladder.Lecture[rung].Learn(attempt));
}
