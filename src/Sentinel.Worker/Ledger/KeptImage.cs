namespace Sentinel.Worker.Ledger;

/// <summary>An image whose original and results lie in their places and may be removed one day. Paths are relative to the data root.</summary>
internal sealed record KeptImage
{
    public string Id { get; init; } = "";

    public string FiledPath { get; init; } = "";

    /// <summary>Null for duplicates and failed ones.</summary>
    public string? ResultPath { get; init; }

    public long Bytes { get; init; }

    /// <summary>True when a younger image was filed at the same place: then this one's files are gone already.</summary>
    public bool IsReplaced { get; init; }
}
