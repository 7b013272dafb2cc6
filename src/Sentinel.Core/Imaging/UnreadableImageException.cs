namespace Sentinel.Core.Imaging;

/// <summary>The file is at fault, not the machine: it is set aside with this reason, and work goes on.</summary>
public sealed class UnreadableImageException(UnreadableReason reason, string message, Exception? inner = null) : Exception(message, inner)
{
    public UnreadableReason Reason { get; } = reason;
}

public enum UnreadableReason
{
    /// <summary>The file has no bytes.</summary>
    Empty,

    /// <summary>Its first bytes are those of no image format that is read here.</summary>
    NotAnImage,

    /// <summary>It ends before its last pixel.</summary>
    Truncated,

    /// <summary>Its content contradicts its format.</summary>
    Damaged,

    /// <summary>More bytes, pixels or frames than the limits allow.</summary>
    TooLarge,

    /// <summary>Decoding takes longer than the limit allows.</summary>
    TooSlow,

    /// <summary>Fewer pixels than can be inspected.</summary>
    TooSmall,

    /// <summary>A sound file of a kind that is not read here, such as one with signed samples or seven colour channels.</summary>
    Unsupported,
}
