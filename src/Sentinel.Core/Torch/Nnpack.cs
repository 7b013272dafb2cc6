using System.Runtime.InteropServices;

namespace Sentinel.Core.Torch;

/// <summary>
/// Turns NNPACK off inside libtorch. Torch asks it for every small convolution in single precision; where the processor does not report its
/// cache sizes, each question ends in a warning on stderr and nothing else. It never computes anything here: oneDNN takes what it could take.
/// </summary>
internal static partial class Nnpack
{
    /// <summary>To be called once libtorch is loaded. TorchSharp has no name for it; this is what Python's <c>torch.backends.nnpack.set_flags(False)</c> calls.</summary>
    /// <exception cref="EntryPointNotFoundException">libtorch is not the one that this version was built with.</exception>
    public static void TurnOff() => SetUserEnabled(GlobalContext(), enabled: 0);

    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at13globalContextEv")]
    private static partial nint GlobalContext();

    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at7Context20setUserEnabledNNPACKEb")]
    private static partial void SetUserEnabled(nint context, byte enabled);
}
