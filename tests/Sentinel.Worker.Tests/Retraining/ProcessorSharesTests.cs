using Sentinel.Worker.Retraining;

namespace Sentinel.Worker.Tests.Retraining;

public sealed class ProcessorSharesTests
{
    [Theory]
    [InlineData(2, 1, 1, 1)]
    [InlineData(3, 1, 2, 1)]
    [InlineData(4, 1, 2, 2)]
    [InlineData(9, 1, 5, 4)]
    [InlineData(4, 3, 1, 1)]
    [InlineData(8, 2, 4, 2)]
    public void Under_a_quota_inspection_and_trainings_together_use_exactly_what_it_allows(int processors, int trainings, int inspection, int training)
    {
        var shares = ProcessorShares.Of(processors, haveQuota: true, trainings);

        shares.ShouldBe(new ProcessorShares(inspection, training));
        (shares.Inspection + (trainings * shares.Training)).ShouldBe(processors);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    public void A_quota_for_fewer_than_there_are_leaves_each_its_one_thread(int processors, int trainings) =>
        ProcessorShares.Of(processors, haveQuota: true, trainings).ShouldBe(new ProcessorShares(1, 1));

    [Fact]
    public void Without_a_quota_each_may_use_all_cores() =>
        ProcessorShares.Of(2, haveQuota: false, trainings: 1).ShouldBe(new ProcessorShares(null, null));
}
