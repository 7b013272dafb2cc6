namespace Sentinel.Core.Models;

/// <summary>Which version is in use, since when and why: <c>champion.json</c>. To publish is to replace this file by one rename.</summary>
public sealed record ChampionRecord
{
    public required string Version { get; init; }

    public DateTimeOffset PublishedAt { get; init; }

    /// <summary>Who or what published it: one of <see cref="PromotedBy"/>, or a person.</summary>
    public string? By { get; init; }

    /// <summary>SHA-256 of the version's manifest when it was published; null in records of earlier Sentinels, which are taken as they are.</summary>
    public string? Manifest { get; init; }

    /// <summary>Versions that were in use before, the last first; where a rollback goes.</summary>
    public IReadOnlyList<string> Before { get; init => field = value ?? []; } = [];

    /// <summary>Versions that were rolled back. They are not published again unless a person says so.</summary>
    public IReadOnlyList<string> Withdrawn { get; init => field = value ?? []; } = [];
}

/// <summary>Who or what puts models into use when it is not a person.</summary>
public static class PromotedBy
{
    /// <summary>It passed the gate.</summary>
    public const string Gate = "gate";

    /// <summary>It passed the gate and its time in the shadow.</summary>
    public const string Shadow = "shadow";

    /// <summary>The host went back to it.</summary>
    public const string Host = "host";
}
