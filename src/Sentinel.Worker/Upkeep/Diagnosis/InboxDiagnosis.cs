using System.Text.Json.Serialization;

namespace Sentinel.Worker.Upkeep.Diagnosis;

/// <summary>What <c>sentinel inbox doctor</c> found; with <c>--json</c> it is written as it stands here.</summary>
internal sealed record InboxDiagnosis
{
    public required string DataRoot { get; init; }

    /// <summary>Who looked: rights are this user's.</summary>
    public required string User { get; init; }

    /// <summary><c>ready</c>, <c>not ready</c>, <c>not answering</c> or <c>not running</c>.</summary>
    public required string Host { get; init; }

    public required IReadOnlyList<FolderState> Folders { get; init; }

    /// <summary>True when a file went through inbox, .work, archive and failed by renames; null when it could not be tried.</summary>
    public bool? MovesByRename { get; init; }

    /// <summary>Time until a new file was announced, in seconds; null when it was not.</summary>
    public double? EventDelay { get; init; }

    public required InotifyUse Inotify { get; init; }

    /// <summary>Bytes free where the least is.</summary>
    public long? FreeBytes { get; init; }

    /// <summary>Below this intake pauses; 0 when that is off.</summary>
    public required long FloorBytes { get; init; }

    /// <summary>Files that left the inbox and have not arrived anywhere yet, the oldest first.</summary>
    public required IReadOnlyList<FileInWork> InWork { get; init; }

    public required IReadOnlyList<WaitingProduct> Products { get; init; }

    /// <summary>What is wrong; none when all is well.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }
}

/// <summary>One folder of the data root.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="FileSystem">Kind of its file system: <c>ext4</c>, <c>nfs</c>; null when the folder is missing.</param>
/// <param name="Device">Number of its file system.</param>
/// <param name="IsUsable">True when a file could be made, renamed and deleted in it.</param>
internal sealed record FolderState(string Path, string? FileSystem, string? Device, bool IsUsable);

/// <summary>A file that is claimed.</summary>
/// <param name="Product">Its product.</param>
/// <param name="Path">Where it lies, below the data root.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Since">When it was claimed.</param>
internal sealed record FileInWork(string Product, string Path, long Bytes, DateTimeOffset Since);

/// <summary>What waits for one product.</summary>
/// <param name="Product">Its name.</param>
/// <param name="Files">Number of files.</param>
/// <param name="Oldest">When the oldest arrived.</param>
/// <param name="First">The oldest of them, and why each waits.</param>
internal sealed record WaitingProduct(string Product, int Files, DateTimeOffset? Oldest, IReadOnlyList<WaitingFile> First);

/// <summary>A file in the inbox.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Since">When it arrived.</param>
/// <param name="Why">Why it waits.</param>
internal sealed record WaitingFile(string Name, long Bytes, DateTimeOffset Since, string Why);

/// <summary>Something that is wrong.</summary>
/// <param name="Problem">What.</param>
/// <param name="Fix">The command that fixes it, or shows what to fix.</param>
internal sealed record Finding(string Problem, string Fix);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InboxDiagnosis))]
internal sealed partial class DiagnosisJson : JsonSerializerContext;
