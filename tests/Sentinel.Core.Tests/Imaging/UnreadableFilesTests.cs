using System.Buffers.Binary;
using System.Runtime.Versioning;
using System.Text;
using NetVips;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Tests.Imaging;

public sealed class UnreadableFilesTests : IDisposable
{
    private readonly ImageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_empty_file_is_called_empty()
    {
        var fault = _folder.Refuse([]);

        fault.Reason.ShouldBe(UnreadableReason.Empty);
        fault.Message.ShouldBe("The file is empty (0 bytes).");
    }

    [Theory]
    [InlineData("These are the readings of shift 3.")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='20' height='20'/>")]
    [InlineData("GIF89a")]
    [InlineData("%PDF-1.7")]
    [InlineData("B")]
    public void What_is_no_image_of_a_known_format_is_not_handed_to_a_decoder(string content)
    {
        var fault = _folder.Refuse(Encoding.ASCII.GetBytes(content));

        fault.Reason.ShouldBe(UnreadableReason.NotAnImage);
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Tiff)]
    [InlineData(ImageFormat.WebP)]
    [InlineData(ImageFormat.Bmp)]
    public void A_file_cut_off_anywhere_is_called_truncated(ImageFormat format)
    {
        var whole = ImageFile.Encode(ImageFolder.Ramp(width: 120, height: 90), format);
        int[] lengths = [16, 40, 200, whole.Length / 4, whole.Length / 2, whole.Length * 9 / 10, whole.Length - 1];

        foreach (var length in lengths)
        {
            var fault = _folder.Refuse(whole[..length]);

            fault.Reason.ShouldBe(UnreadableReason.Truncated, $"{format} cut to {length} of {whole.Length} bytes");
            fault.Message.ShouldContain("ends before its last pixel");
        }
    }

    [Fact]
    public void A_compressed_tiff_and_a_progressive_jpeg_cut_off_are_called_truncated_too()
    {
        byte[][] files =
        [
            ImageFolder.Make(ImageFolder.Ramp(), image => image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw, bigtiff: true)),
            ImageFolder.Make(ImageFolder.Ramp(), image => image.TiffsaveBuffer(
                compression: Enums.ForeignTiffCompression.Deflate, tile: true, tileWidth: 16, tileHeight: 16)),
            ImageFolder.Make(ImageFolder.Ramp(), image => image.JpegsaveBuffer(interlace: true)),
        ];

        foreach (var file in files)
        {
            ImageFolder.LargestDifference(_folder.Read(file), ImageFolder.Ramp()).ShouldBeLessThan(60);
            _folder.Refuse(file[..(file.Length / 2)]).Reason.ShouldBe(UnreadableReason.Truncated);
            _folder.Refuse(file[..^2]).Reason.ShouldBe(UnreadableReason.Truncated);
        }
    }

    [Fact]
    public void A_thumbnail_inside_does_not_pass_for_the_end_of_a_cut_off_jpeg()
    {
        var thumbnail = ImageFile.Encode(ImageFolder.Ramp(width: 16, height: 16), ImageFormat.Jpeg);
        var whole = ImageFile.Encode(ImageFolder.Ramp(width: 120, height: 90), ImageFormat.Jpeg);
        var segment = new byte[thumbnail.Length + 4];
        (segment[0], segment[1]) = (0xFF, 0xED);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(thumbnail.Length + 2));
        thumbnail.CopyTo(segment, 4);
        byte[] file = [.. whole[..2], .. segment, .. whole[2..]];

        ImageFolder.LargestDifference(_folder.Read(file), _folder.Read(whole)).ShouldBe(0);
        _folder.Refuse(file[..(file.Length * 2 / 3)]).Reason.ShouldBe(UnreadableReason.Truncated);
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.WebP)]
    public void Overwritten_image_data_is_called_damaged(ImageFormat format)
    {
        var file = ImageFile.Encode(ImageFolder.Ramp(width: 120, height: 90), format);
        file.AsSpan(file.Length / 2, file.Length / 4).Fill(0x55);

        _folder.Refuse(file).Reason.ShouldBe(UnreadableReason.Damaged);
    }

    [Fact]
    public void Stray_bytes_between_the_segments_of_a_jpeg_do_no_harm()
    {
        var whole = ImageFile.Encode(ImageFolder.Ramp(), ImageFormat.Jpeg);
        byte[] file = [.. whole[..^2], 0, 0, 0, 0, .. whole[^2..]];

        ImageFolder.LargestDifference(_folder.Read(file), _folder.Read(whole)).ShouldBe(0);
    }

    [Fact]
    public void Limits_on_bytes_pixels_and_sides_are_kept_and_named()
    {
        var file = ImageFile.EncodePng(ImageFolder.Ramp(width: 100, height: 50));

        _folder.Refuse(file, new ImageLimits { MaxBytes = 1000 }).Message.ShouldContain("the limit is 1000.");
        _folder.Refuse(file, new ImageLimits { MaxPixels = 4999 }).Message.ShouldBe("The image has 100 x 50 = 5000 pixels; the limit is 4999.");
        var small = _folder.Refuse(file, new ImageLimits { MinSide = 51 });
        small.Reason.ShouldBe(UnreadableReason.TooSmall);
        small.Message.ShouldBe("The image has 100 x 50 pixels; the smallest side that can be inspected is 51.");
        ImageFile.Read(_folder.Put("image", file), new ImageLimits { MaxPixels = 5000, MinSide = 50 }).Width.ShouldBe(100);
    }

    [Fact]
    public void Kinds_of_samples_that_are_not_read_are_named()
    {
        using var signed = Image.NewFromMemory(new int[256], 16, 16, 1, Enums.BandFormat.Int);
        using var bright = Image.NewFromMemory(Enumerable.Repeat(1e9f, 256).ToArray(), 16, 16, 1, Enums.BandFormat.Float);

        _folder.Refuse(signed.TiffsaveBuffer()).Reason.ShouldBe(UnreadableReason.Unsupported);
        _folder.Refuse(bright.TiffsaveBuffer()).Message.ShouldContain("1E+09");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_tiff_whose_second_page_is_not_whole_is_cut_off(bool big)
    {
        using var stack = Image.Black(40, 60);
        var whole = stack.TiffsaveBuffer(pageHeight: 30, bigtiff: big);
        _folder.Put("whole.tif", whole);
        ImageFile.IsCutOff(Path.Combine(_folder.Path, "whole.tif"), new ImageLimits()).ShouldBeFalse();

        foreach (var missing in new[] { 1, 60, 200 })
        {
            ImageFile.IsCutOff(_folder.Put($"{missing}.tif", whole[..^missing]), new ImageLimits()).ShouldBeTrue($"{missing} bytes are missing");
        }
    }

    [Fact]
    public void What_the_file_system_refuses_is_not_blamed_on_the_image()
    {
        var path = _folder.Put("locked.png", ImageFile.EncodePng(ImageFolder.Ramp()));

        Should.Throw<FileNotFoundException>(() => ImageFile.Read(path + ".gone", new ImageLimits()));
        Should.Throw<DirectoryNotFoundException>(() => ImageFile.ReadHeader(Path.Combine(_folder.Path, "no", "such.png"), new ImageLimits()));
        Should.Throw<UnauthorizedAccessException>(() => ImageFile.Read(_folder.Path, new ImageLimits()));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_file_without_read_rights_is_not_blamed_on_the_image()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "A privileged process may read everything.");
        var path = _folder.Put("locked.png", ImageFile.EncodePng(ImageFolder.Ramp()));
        File.SetUnixFileMode(path, UnixFileMode.None);

        Should.Throw<UnauthorizedAccessException>(() => ImageFile.Read(path, new ImageLimits()));
    }

    [Fact]
    public void A_frame_too_wide_for_its_format_is_named() =>
        Should.Throw<ArgumentException>(() => ImageFile.Encode(ImageFolder.Ramp(width: 17_000, height: 8), ImageFormat.WebP))
            .Message.ShouldContain("17000 x 8 pixels cannot be written as WebP");

    [Fact]
    public void A_write_that_fails_leaves_nothing_behind()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "taken.png"));

        Should.Throw<Exception>(() => ImageFile.WritePng(folder.FullName, ImageFolder.Ramp())).ShouldBeAssignableTo<SystemException>();

        Directory.GetFileSystemEntries(_folder.Path).ShouldBe([folder.FullName]);
    }
}
