using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace Sentinel.Core.Detection.Weights;

/// <summary>
/// Named tensors in one file, in the safetensors layout that other tools read too: the length of the header (8 bytes, little endian), the
/// header (JSON: for each name its dtype, shape and the range of its bytes; under <c>__metadata__</c> free words), the values row by row.
/// Written as F32, F16 or I8 with a scale for each row, read back as 32-bit floats.
/// </summary>
internal static class TensorFile
{
    private const string MetadataKey = "__metadata__";
    private const string Single = "F32";
    private const string HalfSingle = "F16";
    private const string Byte = "I8";
    private const string ScaleSuffix = ".scale";
    private const int LargestByte = 127;
    private const int LongestHeader = 1 << 20;

    /// <param name="storage">How finely their values are kept.</param>
    public static void Write(
        Stream stream, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata, StoredAs storage)
    {
        using var scope = NewDisposeScope();
        var header = new Dictionary<string, object> { [MetadataKey] = metadata };
        var stored = tensors.SelectMany(entry => AsStored(entry.Key, entry.Value.detach(), storage)).ToList();
        var end = 0L;
        foreach (var (name, values) in stored)
        {
            var start = end;
            end += values.numel() * values.ElementSize;
            header[name] = new Entry(values.dtype switch { ScalarType.Int8 => Byte, ScalarType.Float16 => HalfSingle, _ => Single }, values.shape, [start, end]);
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(header, JsonSerializerOptions.Web);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        stream.Write(length);
        stream.Write(json);
        foreach (var (_, values) in stored)
        {
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

    /// <summary>Kernels as bytes, each row with the scale that its largest value needs; what has one dimension, biases and scales, stays a float.</summary>
    private static IEnumerable<(string Name, Tensor Values)> AsStored(string name, Tensor tensor, StoredAs storage)
    {
        if (storage is not StoredAs.Byte || tensor.dim() < 2)
        {
            yield return (name, tensor.to_type(storage is StoredAs.Half ? ScalarType.Float16 : ScalarType.Float32).contiguous());
            yield break;
        }

        var rows = tensor.reshape(tensor.shape[0], -1);
        var scale = (rows.abs().amax([1], keepdim: true) / LargestByte).clamp_min(float.Epsilon * (1 << 24));
        yield return (name, (rows / scale).round().to_type(ScalarType.Int8).reshape(tensor.shape).contiguous());
        yield return (name + ScaleSuffix, scale.flatten().to_type(ScalarType.Float32).contiguous());
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

        foreach (var name in tensors.Keys.Where(name => tensors.ContainsKey(name + ScaleSuffix)).ToList())
        {
            tensors.Remove(name + ScaleSuffix, out var scale);
            tensors[name] = scale!.dim() == 1 && tensors[name].dim() > 1 && scale.shape[0] == tensors[name].shape[0]
                ? tensors[name] * scale.reshape([-1, .. Enumerable.Repeat(1L, (int)tensors[name].dim() - 1)])
                : throw new InvalidDataException($"The scale of the tensor '{name}' does not fit it.");
        }

        return (tensors, metadata);
    }

    private static Tensor Read(string name, JsonElement element, ReadOnlySpan<byte> values)
    {
        if (element.Deserialize<Entry>(JsonSerializerOptions.Web) is not
            { Dtype: Single or HalfSingle or Byte, Shape: not null, Offsets: [var start, var end] } entry || entry.Shape.Any(side => side < 0))
        {
            throw new InvalidDataException($"The entry of the tensor '{name}' is damaged, or of a type that is not read here.");
        }

        var size = entry.Dtype switch { Byte => 1, HalfSingle => 2, _ => 4 };
        var count = entry.Shape.Aggregate(1L, (product, side) => checked(product * side));
        if (start < 0 || end < start || end > values.Length || end - start != checked(count * size))
        {
            throw new InvalidDataException($"The tensor '{name}' does not lie within the file: it is cut off or damaged.");
        }

        var bytes = values[(int)start..(int)end];
        float[] floats = size switch
        {
            1 => [.. MemoryMarshal.Cast<byte, sbyte>(bytes).ToArray().Select(value => (float)value)],
            2 => [.. MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(value => (float)value)],
            _ => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
        };
        return tensor(floats, entry.Shape);
    }

    private sealed record Entry(string Dtype, long[] Shape, [property: JsonPropertyName("data_offsets")] long[] Offsets);
}

/// <summary>How finely a <see cref="TensorFile"/> keeps values: as 32-bit floats, as 16-bit floats, or kernels as 8-bit whole numbers times a scale for each output channel.</summary>
internal enum StoredAs
{
    Single,
    Half,
    Byte,
}
