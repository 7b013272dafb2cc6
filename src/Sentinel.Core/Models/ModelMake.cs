using Sentinel.Core.Detection.Encoder;
using Sentinel.Core.Detection.Weights;

namespace Sentinel.Core.Models;

/// <summary>
/// What every form of a manifest says of itself. It is read first: the rest of a newer form may look any way, and would pass for damage.
/// </summary>
internal sealed record ModelMake(string? Schema, NetworkMake? Architecture, string? Product, string? Version, string? TrainedBy)
{
    /// <summary>Why this Sentinel cannot use the model and what to do, or null when it can.</summary>
    public string? Misfit =>
        IsNewer ? $"{Name} is of a newer form ({Form}) than this Sentinel reads. It takes {Trainer} or later; or go back to the version before it: sentinel models rollback --product {Product}"
        : !IsOurs ? $"{Name} is of make '{Form}'; this Sentinel reads '{ModelManifest.CurrentSchema}, {Models.Architecture.Current}'. Train again."
        : Encoder != ShippedWeights.Encoder.Sha256 ? $"{Name} was calibrated with another general encoder than this Sentinel ships. Train again."
        : null;

    private bool IsOurs => (Schema is null or ModelManifest.CurrentSchema or ModelManifest.SuspectSchema) && Network == Models.Architecture.Current;

    private bool IsNewer =>
        FormNumber.IsNewer(Schema, ModelManifest.CurrentSchema)
        || FormNumber.IsNewer(Network, Models.Architecture.Current)
        || ((!IsOurs || Encoder != ShippedWeights.Encoder.Sha256) && FormNumber.IsNewerRelease(TrainedBy, Training.Publication.Sentinel));

    private string Name => $"Model '{Product}/{Version}'";

    private string Form => $"{Schema}, {Network}";

    private string Trainer => TrainedBy is null ? "the Sentinel that made it" : $"Sentinel {TrainedBy.Split('+')[0]}";

    private string Network => Architecture?.Name ?? Models.Architecture.Current;

    private string Encoder => Architecture?.Encoder ?? ShippedWeights.Encoder.Sha256;
}

/// <summary>Name and number of a network, and the encoder below it.</summary>
internal sealed record NetworkMake(string? Name, string? Encoder);
