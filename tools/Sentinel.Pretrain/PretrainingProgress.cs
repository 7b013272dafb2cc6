namespace Sentinel.Pretrain;

/// <param name="Elapsed">Training time so far, over all the parts of an interrupted training.</param>
/// <param name="Step">Steps taken.</param>
/// <param name="Images">Pictures seen.</param>
/// <param name="Loss">Smoothed training loss.</param>
/// <param name="ImagesPerSecond">Pictures per second since this process began.</param>
internal sealed record PretrainingProgress(TimeSpan Elapsed, long Step, long Images, double Loss, double ImagesPerSecond);
