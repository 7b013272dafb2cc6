using System.Text;
using CsCheck;
using Sentinel.Core.Detection.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Detection.Weights;

public sealed class TensorFileTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    [Fact]
    public void What_is_written_is_read_back_bit_for_bit()
    {
        var tensors = Tensors();

        var (read, metadata) = TensorFile.Read(Write(tensors, halved: false));

        metadata["origin"].ShouldBe("a test");
        read.Keys.ShouldBe(tensors.Keys);
        read.ShouldAllBe(t => t.Value.shape.SequenceEqual(tensors[t.Key].shape) && t.Value.eq(tensors[t.Key]).all().item<bool>());
    }

    [Fact]
    public void Halved_values_keep_three_digits_in_half_the_bytes()
    {
        var tensors = Tensors();

        var halved = Write(tensors, halved: true);
        var (read, _) = TensorFile.Read(halved);

        halved.Length.ShouldBeLessThan(Write(tensors, halved: false).Length - 1000);
        read.ShouldAllBe(t => (t.Value - tensors[t.Key]).abs().max().item<float>() < 2e-3f);
        read["kernel"].dtype.ShouldBe(ScalarType.Float32);
    }

    [Fact]
    public void The_layout_is_that_of_safetensors()
    {
        var content = Write(new() { ["one"] = ones(2) }, halved: false);

        var header = (int)BitConverter.ToInt64(content);
        Encoding.UTF8.GetString(content, 8, header)
            .ShouldBe("""{"__metadata__":{"origin":"a test"},"one":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""");
        content[(8 + header)..].ShouldBe([0, 0, 0x80, 0x3F, 0, 0, 0x80, 0x3F]);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused_as_such()
    {
        var content = Write(Tensors(), halved: true);

        Gen.Int[0, content.Length - 1].Sample(
            length => Should.Throw<InvalidDataException>(() => TensorFile.Read(content.AsSpan(0, length))), iter: 200, threads: 1);
    }

    [Fact]
    public void A_damaged_header_is_refused_or_read_but_never_breaks_the_process()
    {
        var content = Write(Tensors(), halved: true);
        var header = (int)BitConverter.ToInt64(content);

        Gen.Select(Gen.Int[0, 8 + header - 1], Gen.Byte).Sample(
            (position, value) =>
            {
                using var scope = NewDisposeScope();
                byte[] damaged = [.. content];
                damaged[position] = value;
                try
                {
                    TensorFile.Read(damaged);
                }
                catch (InvalidDataException)
                {
                    // The only answer to damage that its callers have to know.
                }
            },
            iter: 2000,
            threads: 1);
    }

    public void Dispose() => _scope.Dispose();

    private static Dictionary<string, Tensor> Tensors()
    {
        using var generator = new Generator(3);
        return new() { ["kernel"] = randn([8, 8, 3, 3], generator: generator), ["bias"] = randn([8], generator: generator), ["scalar"] = ones([]) };
    }

    private static byte[] Write(Dictionary<string, Tensor> tensors, bool halved)
    {
        using var stream = new MemoryStream();
        TensorFile.Write(stream, tensors, new Dictionary<string, string> { ["origin"] = "a test" }, halved);
        return stream.ToArray();
    }
}
