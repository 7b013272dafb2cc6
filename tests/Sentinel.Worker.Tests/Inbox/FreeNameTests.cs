using System.Text;
using Sentinel.Worker.Inbox;

namespace Sentinel.Worker.Tests.Inbox;

public sealed class FreeNameTests
{
    [Theory]
    [InlineData("a.jpg", 1, "a.jpg")]
    [InlineData("a.jpg", 2, "a-2.jpg")]
    [InlineData("a.b.jpg", 13, "a.b-13.jpg")]
    [InlineData("noextension", 2, "noextension-2")]
    public void Numbers_stand_before_the_extension(string name, int number, string expected) =>
        FreeName.Numbered(name, number).ShouldBe(expected);

    [Fact]
    public void The_longest_names_are_shortened_between_characters_and_keep_their_extension()
    {
        var name = string.Concat(Enumerable.Repeat("🙂", 62)) + "xy.jpg";
        Encoding.UTF8.GetByteCount(name).ShouldBe(254);

        var second = FreeName.Numbered(name, 2);

        Encoding.UTF8.GetByteCount(second).ShouldBeLessThanOrEqualTo(255);
        second.ShouldEndWith("-2.jpg");
        second.ShouldNotContain("\uFFFD");
        new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(second).ShouldBe(Encoding.UTF8.GetByteCount(second));
    }
}
