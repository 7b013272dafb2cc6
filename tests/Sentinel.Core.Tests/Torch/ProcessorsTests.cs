using Sentinel.Core.Torch;
using TorchSharp;

namespace Sentinel.Core.Tests.Torch;

public sealed class ProcessorsTests
{
    [Theory]
    [InlineData("3", 2)]
    [InlineData("ff,ffffffff", 40)]
    [InlineData("00000000,00000005", 2)]
    public void The_cores_that_the_scheduler_may_use_are_counted(string mask, int cores) =>
        Processors.CoresIn(["Name:\ttorch", $"Cpus_allowed:\t{mask}", "Cpus_allowed_list:\t0-99"]).ShouldBe(cores);

    [Theory]
    [InlineData("1", true)]
    [InlineData("2", true)]
    [InlineData("2,1", true)]
    [InlineData("3", false)]
    [InlineData("64,2", false)]
    [InlineData("0", false)]
    [InlineData("many", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Fewer_threads_than_the_quota_allows_are_the_operator_s_choice(string? value, bool isKept) =>
        OpenMPSettings.IsWithin(value, allowed: 2).ShouldBe(isKept);

    [Fact]
    public void A_limit_holds_from_the_next_work_on_until_it_is_taken_away()
    {
        using var thread = new TorchThread();
        var all = thread.Run(torch.get_num_threads);

        thread.Limit(1);
        thread.Run(torch.get_num_threads).ShouldBe(1);
        thread.Limit(all + 5);
        thread.Run(torch.get_num_threads).ShouldBe(all);
        thread.Limit(1);
        thread.Run(torch.get_num_threads).ShouldBe(1);
        thread.Limit(null);
        thread.Run(torch.get_num_threads).ShouldBe(all);
    }
}
