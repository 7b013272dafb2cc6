using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sentinel.Core.Imaging;

/// <summary>Between samples of 8 bits and those of a <see cref="Frame"/>: 0..255 times 257 is 0..65535, and back to the nearest.</summary>
internal static class EightBits
{
    public static byte From(ushort sample) => (byte)((sample + 128) / 257);

    public static byte[] From(ReadOnlySpan<ushort> samples)
    {
        var bytes = new byte[samples.Length];
        for (var i = 0; i < samples.Length; i++)
        {
            bytes[i] = From(samples[i]);
        }

        return bytes;
    }

    public static void Widen(ReadOnlySpan<byte> bytes, Span<ushort> samples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples.Length, bytes.Length);
        var whole = bytes.Length - bytes.Length % Vector256<byte>.Count;
        ref var from = ref MemoryMarshal.GetReference(bytes);
        ref var to = ref MemoryMarshal.GetReference(samples);
        for (var i = 0; i < whole; i += Vector256<byte>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)i));
            (low * 257).StoreUnsafe(ref to, (nuint)i);
            (high * 257).StoreUnsafe(ref to, (nuint)(i + Vector256<ushort>.Count));
        }

        for (var i = whole; i < bytes.Length; i++)
        {
            samples[i] = (ushort)(bytes[i] * 257);
        }
    }
}
