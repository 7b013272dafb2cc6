using Sentinel.Worker.Retraining;

namespace Sentinel.Worker.Tests.Retraining;

public sealed class TrainingSlotTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    private DataFolders Folders => new(_data.Path);

    [Fact]
    public async Task As_many_trainings_run_at_once_as_there_are_slots_and_the_next_one_waits()
    {
        var waits = 0;
        using var first = await TakeAsync(2, () => waits++);
        var second = await TakeAsync(2, () => waits++);
        waits.ShouldBe(0);

        var third = TakeAsync(2, () => waits++);
        third.IsCompleted.ShouldBeFalse();
        waits.ShouldBe(1);

        second.Dispose();
        (await third).Dispose();
    }

    [Fact]
    public async Task A_training_by_hand_waits_for_the_one_that_a_host_runs()
    {
        _data.Images(3, "good", "tile");
        var host = await TakeAsync(1, () => { });
        using var training = new SentinelProcess("train", "--product", "tile", "--data", _data.Path);
        await Eventually.HoldsAsync(() => training.Errors.Contains("Another training runs on", StringComparison.Ordinal), "it says that it waits", 120);
        training.Process.HasExited.ShouldBeFalse();

        host.Dispose();

        (await training.EndAsync(180)).ShouldBe(1);
        training.Errors.ShouldContain("holds 3 usable known-good images");
    }

    [Fact]
    public async Task The_trainer_of_a_host_does_not_wait_for_the_slot_that_its_host_holds()
    {
        _data.Images(3, "good", "tile");
        using var host = await TakeAsync(1, () => { });

        using var training = new SentinelProcess("train", "--product", "tile", "--data", _data.Path, "--parent", $"{Environment.ProcessId}");

        (await training.EndAsync(180)).ShouldBe(1);
        training.Errors.ShouldNotContain("Another training runs");
    }

    public void Dispose() => _data.Dispose();

    private Task<TrainingSlot> TakeAsync(int slots, Action onWait) =>
        TrainingSlot.TakeAsync(Folders, slots, onWait, TimeProvider.System, TestContext.Current.CancellationToken);
}
