using Sentinel.Core.Imaging;

namespace Sentinel.Core.Tests.Imaging;

public sealed class ContactSheetTests
{
    private static readonly Frame _red = new(40, 20, 3, [.. Enumerable.Repeat<ushort[]>([65535, 0, 0], 800).SelectMany(pixel => pixel)]);
    private static readonly Frame _black = new(10, 30, 1, new ushort[300]);

    [Fact]
    public void Every_picture_fills_its_cell_along_its_longer_side()
    {
        var sheet = ContactSheet.Compose(["left", "right"], [new("one", [_red, _black]), new("two", [_black, _red])], cellSize: 100);

        (sheet.Width, sheet.Height, sheet.Channels, sheet.BitDepth).ShouldBe((215, 261, 3, 8));
        Count(sheet, 65535, 0, 0).ShouldBe(2 * 100 * 50);
        Count(sheet, 0, 0, 0).ShouldBe(2 * 33 * 100);
    }

    [Fact]
    public void Titles_and_labels_are_written()
    {
        var blank = ContactSheet.Compose([""], [new ContactSheetRow("", [_red])], cellSize: 100);
        var written = ContactSheet.Compose(["A title"], [new ContactSheetRow("A label that is much too long for a sheet of this width", [_red])], 100);

        (written.Width, written.Height).ShouldBe((blank.Width, blank.Height));
        var ink = Enumerable.Range(0, written.Samples.Length / 3).Where(i => written.Samples[3 * i] != blank.Samples[3 * i]).ToList();
        ink.Count.ShouldBeGreaterThan(100);
        ink.Max(i => i / written.Width).ShouldBeLessThan(5 + 12 + 12);
        ink.Max(i => i % written.Width).ShouldBeLessThanOrEqualTo(written.Width - 5);
    }

    [Fact]
    public void Letters_differ_and_unknown_ones_show_as_question_marks()
    {
        static string Shape(char letter) => string.Join(' ', Enumerable.Range(0, 5).Select(column => Lettering.Column(letter, column)));

        Enumerable.Range(33, 94).Select(letter => Shape((char)letter)).Distinct().Count().ShouldBe(94);
        Shape('ä').ShouldBe(Shape('?'));
    }

    [Fact]
    public void A_row_with_too_many_pictures_is_refused() =>
        Should.Throw<ArgumentException>(() => ContactSheet.Compose(["one"], [new("both", [_red, _black])], 100)).Message.ShouldContain("both");

    private static int Count(Frame frame, ushort red, ushort green, ushort blue) =>
        frame.Samples.Chunk(3).Count(pixel => pixel[0] == red && pixel[1] == green && pixel[2] == blue);
}
