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

        var (read, metadata) = TensorFile.Read(Write(tensors, StoredAs.Single));

        metadata["origin"].ShouldBe("a test");
        read.Keys.ShouldBe(tensors.Keys);
        read.ShouldAllBe(t => t.Value.shape.SequenceEqual(tensors[t.Key].shape) && t.Value.eq(tensors[t.Key]).all().item<bool>());
    }

    [Fact]
    public void Halved_values_keep_three_digits_in_half_the_bytes()
    {
        var tensors = Tensors();

        var halved = Write(tensors, StoredAs.Half);
        var (read, _) = TensorFile.Read(halved);

        halved.Length.ShouldBeLessThan(Write(tensors, StoredAs.Single).Length - 1000);
        read.ShouldAllBe(t => (t.Value - tensors[t.Key]).abs().max().item<float>() < 2e-3f);
        read["kernel"].dtype.ShouldBe(ScalarType.Float32);
    }

    [Fact]
    public void Kernels_kept_as_bytes_stay_within_half_a_step_of_their_row_and_the_rest_stays_as_it_is()
    {
        var (kernel, bias) = (randn(8, 3, 3, 3) * logspace(-3, 3, 8).reshape(8, 1, 1, 1), randn(8));

        var content = Write(new() { ["kernel"] = kernel, ["bias"] = bias }, StoredAs.Byte);
        var (read, _) = TensorFile.Read(content);

        var step = kernel.abs().amax([1, 2, 3], keepdim: true) / 127;
        read.Keys.ShouldBe(["kernel", "bias"], ignoreOrder: true);
        ((read["kernel"] - kernel).abs() / step).max().item<float>().ShouldBeLessThan(0.51f);
        read["bias"].eq(bias).all().item<bool>().ShouldBeTrue();
    }

    [Fact]
    public void A_scale_that_does_not_fit_is_refused()
    {
        var content = Write(new() { ["kernel"] = ones(4, 2), ["kernel.scale"] = ones(3) }, StoredAs.Single);

        Should.Throw<InvalidDataException>(() => TensorFile.Read(content)).Message.ShouldContain("kernel");
    }

    [Fact]
    public void The_layout_is_that_of_safetensors()
    {
        var content = Write(new() { ["one"] = ones(2) }, StoredAs.Single);

        var header = (int)BitConverter.ToInt64(content);
        Encoding.UTF8.GetString(content, 8, header)
            .ShouldBe("""{"__metadata__":{"origin":"a test"},"one":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""");
        content[(8 + header)..].ShouldBe([0, 0, 0x80, 0x3F, 0, 0, 0x80, 0x3F]);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused_as_such()
    {
        var content = Write(Tensors(), StoredAs.Half);

        Gen.Int[0, content.Length - 1].Sample(
            length => Should.Throw<InvalidDataException>(() => TensorFile.Read(content.AsSpan(0, length))), iter: 200, threads: 1);
    }

    [Fact]
    public void A_damaged_header_is_refused_or_read_but_never_breaks_the_process()
    {
        var content = Write(Tensors(), StoredAs.Half);
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

    private static byte[] Write(Dictionary<string, Tensor> tensors, StoredAs storage)
    {
        using var stream = new MemoryStream();
        TensorFile.Write(stream, tensors, new Dictionary<string, string> { ["origin"] = "a test" }, storage);
        return stream.ToArray();
    }
}
