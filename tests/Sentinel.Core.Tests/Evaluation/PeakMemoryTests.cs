using System.IO.MemoryMappedFiles;
using Sentinel.Core.Evaluation;

namespace Sentinel.Core.Tests.Evaluation;

public sealed class PeakMemoryTests
{
    private const long Held = 300 << 20;

    [Fact]
    public void What_was_held_and_given_back_counts_until_the_restart()
    {
        HoldAndGiveBack();
        var before = PeakMemory.Bytes;

        PeakMemory.Restart();

        before.ShouldBeGreaterThan(Held);
        PeakMemory.Bytes.ShouldBeLessThan(before - (Held / 2));
    }

    private static void HoldAndGiveBack()
    {
        using var memory = MemoryMappedFile.CreateNew(null, Held);
        using var pages = memory.CreateViewAccessor();
        for (var at = 0L; at < Held; at += Environment.SystemPageSize)
        {
            pages.Write(at, (byte)1);
        }
    }
}
