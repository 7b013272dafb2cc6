namespace Sentinel.Worker.Retraining;

/// <summary>How it stands with a product's training, in this run of the host.</summary>
internal sealed record TrainingState
{
    /// <summary>It was asked for and waits for its turn, or runs.</summary>
    public bool Running { get; init; }

    /// <summary>How far it is, 0..1.</summary>
    public double Progress { get; init; }

    public DateTimeOffset? LastEnded { get; init; }

    public string? LastOutcome { get; init; }

    public string? LastError { get; init; }

    /// <summary>Failures in a row.</summary>
    public int Failures { get; init; }

    /// <summary>After a failure: when it is tried again.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Fingerprint of the images of the last attempt.</summary>
    public string? Attempted { get; init; }

    /// <summary>When the folder of a product that has a model was last looked at for new images.</summary>
    public DateTimeOffset CountedAt { get; init; }

    /// <summary>Fingerprint of the folder when it was last looked at.</summary>
    public string? Seen { get; init; }

    /// <summary>Since when the folder is as it is.</summary>
    public DateTimeOffset SeenSince { get; init; }
}
