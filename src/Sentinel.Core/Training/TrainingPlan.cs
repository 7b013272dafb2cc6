using Sentinel.Core.Imaging;
using Sentinel.Core.Models;

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

    /// <summary>The configured budgets, when a person applied the two above instead of them.</summary>
    public Budgets? BudgetsOver { get; init; }

    public LightNormalisation Light { get; init; }

    public ImageLimits Limits { get; init; } = new();

    /// <summary>Pixels of the standardised image; without them, what <see cref="Standardisation.ChooseFor"/> finds fit for the images.</summary>
    public int? Pixels { get; init; }

    /// <summary>Images that people have judged: the gate asks both models about them, and what a person called good is no outlier.</summary>
    public IReadOnlyList<ReviewedImage> Reviewed { get; init; } = [];

    /// <summary>
    /// Asked once the model has passed the gate: a reason why it shall wait all the same, or null to put it into use. Without it, it is put into use.
    /// </summary>
    public Func<GateTable, Hold?>? HoldFor { get; init; }

    /// <summary>Called while work goes on that tells nothing else: hashing, reading, looking for outliers.</summary>
    internal Action? OnWork { get; init; }
}

/// <summary>An image that a person has judged.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="ShowsDefect">What the person said; false for an image that was flagged and is good.</param>
public sealed record ReviewedImage(string Path, bool ShowsDefect);

/// <summary>Why a model that passed the gate is not put into use at once.</summary>
/// <param name="Waits">What it waits for.</param>
/// <param name="Why">The same in a sentence.</param>
/// <param name="Images">In the shadow: how many live images it has to score.</param>
public sealed record Hold(HoldReason Waits, string Why, int Images = 0);
