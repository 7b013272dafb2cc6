namespace Sentinel.Core.Training;

/// <summary>One line of a training's progress.</summary>
/// <param name="Phase">What is being done: <c>reading</c>, <c>training</c>, <c>measuring</c>, <c>calibrating</c>, <c>comparing</c>, <c>saving</c>.</param>
/// <param name="Fraction">Share of the whole training done, 0..1.</param>
/// <param name="Step">Optimiser steps taken.</param>
/// <param name="Loss">Training loss, smoothed; NaN before the first step.</param>
/// <param name="ImagesPerSecond">Training samples per second.</param>
/// <param name="Remaining">Estimated time left.</param>
public sealed record TrainingProgress(string Phase, double Fraction, long Step, double Loss, double ImagesPerSecond, TimeSpan Remaining)
{
    /// <summary>The phase that takes as long as there are images that people have judged, whatever the budget.</summary>
    public const string Comparing = "comparing";
}
