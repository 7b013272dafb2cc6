using System.Diagnostics.Metrics;

namespace Sentinel.Worker.Telemetry;

/// <content>The life of models: training, promotion, drift, and what people say of their verdicts.</content>
internal sealed partial class SentinelMetrics
{
    private readonly Counter<long> _trainings;
    private readonly Counter<long> _promotions;
    private readonly Counter<long> _reviews;
    private readonly Counter<long> _unusable;
    private readonly Histogram<double> _training;

    /// <summary>A product is inspected with this model from now on.</summary>
    /// <param name="product">Name of the product.</param>
    /// <param name="version">Version of the model.</param>
    /// <param name="trainedAt">When it was trained.</param>
    /// <param name="threshold">Its threshold in the unit of its scores.</param>
    public void ModelTakenUp(string product, string version, DateTimeOffset trainedAt, double threshold)
    {
        ProductKnown(product);
        _models.TakeUp(product, version);
        var state = _products.Of(product)!;
        (state.ModelTrained, state.Threshold) = (ProductGauges.Seconds(trainedAt), threshold);
        LastTrained(state, trainedAt);
    }

    /// <summary>What is known of trainings before this run of the host.</summary>
    /// <param name="product">Name of the product.</param>
    /// <param name="trained">When one last made a model.</param>
    /// <param name="skipped">When one was last left out.</param>
    /// <param name="rejected">Models rejected in a row.</param>
    public void TrainingsRecalled(string product, DateTimeOffset? trained, DateTimeOffset? skipped, int rejected)
    {
        ProductKnown(product);
        var state = _products.Of(product)!;
        state.Rejected = rejected;
        if (trained is { } success)
        {
            LastTrained(state, success);
        }

        if (skipped is { } skip)
        {
            state.LastSkip = ProductGauges.Seconds(skip);
        }
    }

    /// <summary>The schedule promises a training at least so often.</summary>
    public void TrainingScheduled(string product, TimeSpan interval)
    {
        ProductKnown(product);
        _products.Of(product)!.Interval = interval.TotalSeconds;
    }

    /// <summary>A stored model that is in use, or should be, was found damaged or cannot be loaded; said again each minute in which it is tried again.</summary>
    public void ModelUnusable(string product)
    {
        ProductKnown(product);
        _unusable.Add(1, Product(product));
    }

    /// <summary>A training is this far.</summary>
    /// <param name="product">Name of the product.</param>
    /// <param name="fraction">0..1.</param>
    /// <param name="step">Optimiser steps taken.</param>
    /// <param name="loss">Training loss, smoothed; 0 before the first step.</param>
    /// <param name="imagesPerSecond">Training samples per second.</param>
    /// <param name="remaining">Estimated seconds left.</param>
    public void TrainingProgressed(string product, double fraction, double step, double loss, double imagesPerSecond, double remaining)
    {
        ProductKnown(product);
        var state = _products.Of(product)!;
        (state.TrainingProgress, state.TrainingStep, state.TrainingLoss) = (fraction, step, loss);
        (state.TrainingSpeed, state.TrainingRemaining) = (imagesPerSecond, remaining);
    }

    /// <summary>How many known-good images the last training used, and how many it left out.</summary>
    public void TrainingUsed(string product, int images, int leftOut)
    {
        ProductKnown(product);
        var state = _products.Of(product)!;
        (state.ImagesLeftOut, state.ImagesUsed) = (leftOut, images);
    }

    /// <summary>The same of the model in use, which counts as long as nothing is known of a later training.</summary>
    public void ModelUsed(string product, int images, int leftOut)
    {
        ProductKnown(product);
        if (double.IsNaN(_products.Of(product)!.ImagesUsed))
        {
            TrainingUsed(product, images, leftOut);
        }
    }

    /// <summary>So many kinds of convolution were wrong in bfloat16 on the machine that trained the model in use.</summary>
    public void ModelTrainedInSingle(string product, int wrongConvolutions)
    {
        ProductKnown(product);
        _products.Of(product)!.WrongConvolutions = wrongConvolutions;
    }

    /// <summary>A training ended; <paramref name="outcome"/> is one of <see cref="TrainingOutcomes"/>.</summary>
    public void TrainingEnded(string product, string outcome, TimeSpan duration)
    {
        TrainingProgressed(product, 0, 0, 0, 0, 0);
        _trainings.Add(1, Product(product), Label("outcome", outcome));
        if (outcome != TrainingOutcomes.Skipped)
        {
            _training.Record(duration.TotalSeconds);
        }

        if (outcome == TrainingOutcomes.Trained)
        {
            _products.Of(product)!.LastTrained = Now;
        }
        else if (outcome == TrainingOutcomes.Skipped)
        {
            _products.Of(product)!.LastSkip = Now;
        }
    }

    /// <summary>It was decided which model is in use; <paramref name="outcome"/> is one of <see cref="PromotionOutcomes"/>.</summary>
    public void PromotionDecided(string product, string outcome)
    {
        ProductKnown(product);
        _promotions.Add(1, Product(product), Label("outcome", outcome));
        var state = _products.Of(product)!;
        state.Rejected = outcome switch
        {
            PromotionOutcomes.Rejected => state.Rejected + 1,
            PromotionOutcomes.Promoted => 0,
            _ => state.Rejected, // What is held may be rejected yet.
        };
    }

    /// <summary>How far a product has drifted from what its model learnt, by one signal.</summary>
    /// <param name="product">Name of the product.</param>
    /// <param name="signal">One of <see cref="DriftSignals"/>.</param>
    /// <param name="ratio">The signal's distance over the distance that counts as drift: 0 is none, 1 is the line.</param>
    public void DriftMeasured(string product, string signal, double ratio)
    {
        ProductKnown(product);
        _products.Drift(product, signal, ratio);
    }

    /// <summary>A person judged a verdict; <paramref name="outcome"/> is one of <see cref="ReviewOutcomes"/>.</summary>
    public void VerdictReviewed(string product, string outcome)
    {
        ProductKnown(product);
        _reviews.Add(1, Product(product), Label("outcome", outcome));
    }

    /// <summary>Flagged images of a product that no person has judged yet.</summary>
    public void ReviewsPending(string product, long images)
    {
        ProductKnown(product);
        _products.Of(product)!.ReviewsPending = images;
    }

    private static void LastTrained(ProductGauges.State state, DateTimeOffset at)
    {
        var seconds = ProductGauges.Seconds(at);
        state.LastTrained = double.IsNaN(state.LastTrained) ? seconds : Math.Max(state.LastTrained, seconds);
    }
}
