using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace Sentinel.Core.Detection.Weights;

/// <summary>
/// Named tensors in one file, in the safetensors layout that other tools read too: the length of the header (8 bytes, little endian), the
/// header (JSON: for each name its dtype, shape and the range of its bytes; under <c>__metadata__</c> free words), the values row by row.
/// Written as F32 or F16, read back as 32-bit floats.
/// </summary>
internal static class TensorFile
{
    private const string MetadataKey = "__metadata__";
    private const string Single = "F32";
    private const string HalfSingle = "F16";
    private const int LongestHeader = 1 << 20;

    /// <param name="halved">Store 16-bit floats: half the size, three decimal digits.</param>
    public static void Write(
        Stream stream, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata, bool halved)
    {
        var header = new Dictionary<string, object> { [MetadataKey] = metadata };
        var size = halved ? 2 : 4;
        var end = 0L;
        foreach (var (name, tensor) in tensors)
        {
            var start = end;
            end += tensor.numel() * size;
            header[name] = new Entry(halved ? HalfSingle : Single, tensor.shape, [start, end]);
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(header, JsonSerializerOptions.Web);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        stream.Write(length);
        stream.Write(json);
        foreach (var tensor in tensors.Values)
        {
            using var values = tensor.detach().to_type(halved ? ScalarType.Float16 : ScalarType.Float32).contiguous();
            stream.Write(values.bytes);
        }
    }

    /// <returns>The tensors, which belong to the caller's dispose scope, and the metadata.</returns>
    /// <exception cref="InvalidDataException">Not such a file, or cut off, or altered so that its parts do not fit together.</exception>
    public static (Dictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(ReadOnlySpan<byte> content)
    {
        var length = content.Length < 8 ? 0 : BinaryPrimitives.ReadInt64LittleEndian(content);
        if (length is < 2 or > LongestHeader || length > content.Length - 8)
        {
            throw new InvalidDataException("This is not a file of tensors, or it is cut off in its header.");
        }

        try
        {
            return Read(content.Slice(8, (int)length), content[(8 + (int)length)..]);
        }
        catch (Exception fault) when (fault is JsonException or OverflowException)
        {
            throw new InvalidDataException("The header of this file of tensors is damaged.", fault);
        }
    }

    private static (Dictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(ReadOnlySpan<byte> json, ReadOnlySpan<byte> values)
    {
        var tensors = new Dictionary<string, Tensor>();
        IReadOnlyDictionary<string, string> metadata = new Dictionary<string, string>();
        foreach (var (name, element) in JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json) ?? [])
        {
            if (name == MetadataKey)
            {
                metadata = element.Deserialize<Dictionary<string, string>>() ?? [];
            }
            else
            {
                tensors[name] = Read(name, element, values);
            }
        }

        return (tensors, metadata);
    }

    private static Tensor Read(string name, JsonElement element, ReadOnlySpan<byte> values)
    {
        if (element.Deserialize<Entry>(JsonSerializerOptions.Web) is not
            { Dtype: Single or HalfSingle, Shape: not null, Offsets: [var start, var end] } entry || entry.Shape.Any(side => side < 0))
        {
            throw new InvalidDataException($"The entry of the tensor '{name}' is damaged, or of a type that is not read here.");
        }

        var halved = entry.Dtype == HalfSingle;
        var count = entry.Shape.Aggregate(1L, (product, side) => checked(product * side));
        if (start < 0 || end < start || end > values.Length || end - start != checked(count * (halved ? 2 : 4)))
        {
            throw new InvalidDataException($"The tensor '{name}' does not lie within the file: it is cut off or damaged.");
        }

        var bytes = values[(int)start..(int)end];
        var floats = halved ? Widen(MemoryMarshal.Cast<byte, Half>(bytes)) : MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        return tensor(floats, entry.Shape);
    }

    private static float[] Widen(ReadOnlySpan<Half> values)
    {
        var floats = new float[values.Length];
        for (var i = 0; i < floats.Length; i++)
        {
            floats[i] = (float)values[i];
        }

        return floats;
    }

    private sealed record Entry(string Dtype, long[] Shape, [property: JsonPropertyName("data_offsets")] long[] Offsets);
}
