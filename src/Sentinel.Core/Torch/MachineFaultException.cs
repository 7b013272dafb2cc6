namespace Sentinel.Core.Torch;

/// <summary>What may be wrong with the machine.</summary>
public enum MachineFault
{
    /// <summary>Infinities or NaN where a sound machine has numbers.</summary>
    NotFinite,

    /// <summary>The same computation gave two results.</summary>
    NotRepeatable,

    /// <summary>Several times as slow as an old machine would be.</summary>
    TooSlow,

    /// <summary>Everything was computed, but it is not what it must be.</summary>
    FigureMissed,

    /// <summary>Convolutions differ from the same ones in double precision.</summary>
    WrongConvolution,
}

/// <summary>The machine does not compute as it should; the message says what was seen.</summary>
public sealed class MachineFaultException(MachineFault fault, string seen) : Exception(seen)
{
    public MachineFault Fault => fault;
}
