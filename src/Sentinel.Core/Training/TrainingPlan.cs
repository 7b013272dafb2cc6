using Sentinel.Core.Imaging;

namespace Sentinel.Core.Training;

public sealed record TrainingPlan
{
    public required string Product { get; init; }

    /// <summary>Folder of known-good images, read recursively.</summary>
    public required string GoodFolder { get; init; }

    /// <summary>Time the whole training may take, from reading the images to the published model.</summary>
    public required TimeSpan Budget { get; init; }

    /// <summary>
    /// Optimiser steps after which learning ends even if time is left. The learning rate then follows the steps instead of the clock, so that the
    /// same seed gives the same model on the same machine, however busy it is.
    /// </summary>
    public long? Steps { get; init; }

    public int Seed { get; init; } = 1;

    public double FalseAlarmBudget { get; init; } = 0.01;

    public double SuspectBudget { get; init; } = 0.05;

    public LightNormalisation Light { get; init; }

    public ImageLimits Limits { get; init; } = new();
}
