using Sentinel.Core.Evaluation;
using Sentinel.Core.Evaluation.Reporting;

namespace Sentinel.Core.Tests.Evaluation.Reporting;

public sealed class TellingCasesTests
{
    private static readonly TellingCases _cases = TellingCases.Of(
        [
            Samples.Of("good", "a", 0.3), Samples.Of("good", "b", 1.2), Samples.Of("good", "c", 0.3), Samples.Of("good", "d", 0.9),
            Samples.Of("crack", "e", 0.8), Samples.Of("crack", "f", 9), Samples.Of("crack", "g", 7), Samples.Of("crack", "h", 0.95), Samples.Of("crack", "i", 3),
            Samples.Of("hole", "j", 0.2), Samples.Of("hole", "k", 4), Samples.Of("hole", "l", 5),
        ],
        most: 3);

    [Fact]
    public void False_alarms_are_the_good_images_that_scored_highest() => Files(_cases.FalseAlarms).ShouldBe(["b", "d", "a"]);

    [Fact]
    public void Misses_are_the_defects_that_scored_lowest() => Files(_cases.Misses).ShouldBe(["j", "e", "h"]);

    [Fact]
    public void Kinds_of_defect_take_turns_among_the_catches() => Files(_cases.Catches).ShouldBe(["f", "l", "g"]);

    [Fact]
    public void What_is_shown_as_a_miss_or_is_not_flagged_is_no_catch()
    {
        var cases = TellingCases.Of([Samples.Of("good", "a", 0.1), Samples.Of("crack", "b", 2), Samples.Of("crack", "c", 0.5), Samples.Of("crack", "d", 0.6)], most: 2);

        Files(cases.Misses).ShouldBe(["c", "d"]);
        Files(cases.Catches).ShouldBe(["b"]);
        TellingCases.Of([Samples.Of("crack", "b", 2)], most: 2).Catches.ShouldBeEmpty();
    }

    private static IEnumerable<string> Files(IEnumerable<ScoredSample> samples) => samples.Select(sample => sample.Sample.File);
}
