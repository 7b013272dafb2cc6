using Microsoft.Extensions.Time.Testing;
using Sentinel.Worker.Telemetry;
using Sentinel.Worker.Tests.Inbox;

namespace Sentinel.Worker.Tests.Telemetry;

public sealed class NativeMessagesTests
{
    private readonly LogLines _log = new();
    private readonly FakeTimeProvider _time = new();
    private readonly NativeMessages _messages;

    public NativeMessagesTests() => _messages = new NativeMessages(_time, _log.For<NativeMessages>());

    [Fact]
    public void Lines_that_differ_in_their_time_are_equal_and_counted()
    {
        for (var second = 0; second < 400; second++)
        {
            _messages.Note("A native library", $"[W{second:D4} NNPACK.cpp:56] Could not initialize NNPACK!");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _log.All.ShouldBe([
            "Warning: A native library wrote to standard error: [W0000 NNPACK.cpp:56] Could not initialize NNPACK! (1 times)",
            "Warning: A native library wrote to standard error: [W0300 NNPACK.cpp:56] Could not initialize NNPACK! (300 times)",
        ]);
    }

    [Fact]
    public void A_flood_of_different_lines_is_cut_off_and_said_to_be()
    {
        for (var number = 0; number < 10_000; number++)
        {
            _messages.Note("A native library", string.Concat($"{number}".Select(digit => (char)(digit + 'a' - '0'))));
        }

        _log.All.Count.ShouldBe(NativeMessages.MostLines + 1);
        _log.All[^1].ShouldStartWith("Warning: More than 100 different lines were written to standard error.");
        _time.Advance(TimeSpan.FromMinutes(5));
        _messages.Note("A native library", "once more");
        _log.All[^1].ShouldContain("once more");
    }

    [Fact]
    public void A_line_without_end_is_shortened()
    {
        _messages.Note("A native library", new string('x', 100_000));

        _log.All.ShouldHaveSingleItem().Length.ShouldBeLessThan(1100);
    }

    [Fact]
    public void Of_the_last_words_the_first_and_the_last_are_logged_in_one_message()
    {
        _messages.NoteLastWords([.. Enumerable.Range(1, 30).Select(number => $"word {number}.")]);

        var said = _log.All.ShouldHaveSingleItem();
        said.ShouldContain("word 1.");
        said.ShouldContain("word 5.");
        said.ShouldContain("(10 more lines)");
        said.ShouldContain("word 16.");
        said.ShouldEndWith("word 30.");
        said.ShouldNotContain("word 6.");
        said.ShouldNotContain("word 15.");
    }
}
