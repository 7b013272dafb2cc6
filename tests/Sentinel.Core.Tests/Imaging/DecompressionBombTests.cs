using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Tests.Imaging;

// Alone, because it watches the memory of the whole process.
[CollectionDefinition(nameof(DecompressionBombTests), DisableParallelization = true)]
[Collection(nameof(DecompressionBombTests))]
public sealed class DecompressionBombTests : IDisposable
{
    private readonly ImageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_png_that_claims_900_million_pixels_is_refused_from_its_header_with_hardly_any_memory()
    {
        var bomb = Bomb(30_000, 30_000);
        var process = Process.GetCurrentProcess();
        _folder.Refuse(Bomb(20_000, 20_000));
        process.Refresh();
        var (managed, resident) = (GC.GetAllocatedBytesForCurrentThread(), process.WorkingSet64);

        var fault = _folder.Refuse(bomb);

        fault.Reason.ShouldBe(UnreadableReason.TooLarge);
        fault.Message.ShouldBe("The image has 30000 x 30000 = 900 million pixels; the limit is 100 million.");
        (GC.GetAllocatedBytesForCurrentThread() - managed).ShouldBeLessThan(8L << 20);
        process.Refresh();
        (process.WorkingSet64 - resident).ShouldBeLessThan(32L << 20);
    }

    private static byte[] Bomb(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            zip.Write(new byte[1 << 20]);
        }

        return [0x89, .. "PNG\r\n\x1A\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] content)
    {
        byte[] body = [.. type, .. content];
        var chunk = new byte[content.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        body.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(content.Length + 8), Crc32(body));
        return chunk;
    }

    private static uint Crc32(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var i = 0; i < 8; i++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
