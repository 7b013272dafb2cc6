using Sentinel.Core.Torch;

namespace Sentinel.Core.Selftest;

/// <summary>One rung of the ladder: something small that any sound machine learns within seconds, and a figure that says whether it did.</summary>
public interface IRung
{
    /// <summary>What is learnt, in a few words.</summary>
    string Name { get; }

    /// <summary>How it is learnt and measured, in a sentence.</summary>
    string Shows { get; }

    /// <summary>About what it takes on two cores that have nothing else to do; several times as long is a fault.</summary>
    TimeSpan Usual { get; }

    /// <summary>Learns and measures, on the thread that talks to Torch. The same seed gives the same figures, however fast the machine is.</summary>
    /// <exception cref="MachineFaultException">The machine computes wrongly or far too slowly.</exception>
    RungOutcome Learn(Attempt attempt);
}
