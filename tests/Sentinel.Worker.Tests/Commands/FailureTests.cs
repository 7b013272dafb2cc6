using Sentinel.Core.Torch;
using Sentinel.Worker.Commands;

namespace Sentinel.Worker.Tests.Commands;

public sealed class FailureTests
{
    [Fact]
    public void A_fault_of_the_machine_is_one_line_and_no_stack_trace()
    {
        var (kind, lines) = Failure.Describe(new MachineFaultException(MachineFault.NotFinite, "The loss is not a finite number. Run 'sentinel selftest'."));

        kind.ShouldBe("machineFault");
        lines.ShouldBe(["The loss is not a finite number. Run 'sentinel selftest'."]);
    }
}
