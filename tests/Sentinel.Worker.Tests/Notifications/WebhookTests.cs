using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Sentinel.Core.Detection;
using Sentinel.Worker.Notifications;

namespace Sentinel.Worker.Tests.Notifications;

public sealed class WebhookTests : IDisposable
{
    private const string Secret = "a secret of the plant";

    private readonly OutboxRoot _root = new();
    private readonly int _port = FreePort.Next();

    [Fact]
    public async Task A_receiver_that_was_down_for_five_minutes_gets_every_message_once_and_in_order()
    {
        var expected = new Dictionary<string, List<string>> { ["tile"] = [], ["cookie"] = [] };
        _ = _root.Send(Channel());
        for (var minute = 0; minute < 5; minute++)
        {
            foreach (var product in expected.Keys)
            {
                expected[product].Add(_root.Inspect(product));
                expected[product].Add(_root.Inspect(product));
            }

            await _root.PassAsync(TimeSpan.FromMinutes(1));
        }

        await using var receiver = await HttpReceiver.StartAsync(_port);
        await _root.PassUntilAsync(() => receiver.Taken.Count >= 20, "20 messages");
        await _root.PassAsync(TimeSpan.FromMinutes(1));

        foreach (var (product, ids) in expected)
        {
            receiver.Taken.Where(message => Json(message).GetProperty("product").GetString() == product)
                .Select(message => message.Headers["webhook-id"]).ShouldBe(ids);
        }

        receiver.Taken.Count.ShouldBe(20);
        _root.Outbox.Count(Webhook.Channel).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_posted_is_the_result_file_signed()
    {
        await using var receiver = await HttpReceiver.StartAsync(_port);
        var id = _root.Inspect("tile");
        _ = _root.Send(Channel());

        await _root.PassUntilAsync(() => receiver.Taken.Count == 1, "the message");

        var message = receiver.Taken[0];
        message.Body.ShouldBe(File.ReadAllBytes(Path.Combine(_root.Root.Folders.Root, _root.Ledger.Find(id)!.Verdict!.ResultPath)));
        message.Headers["content-type"].ShouldBe("application/json");
        var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(message.Headers["webhook-timestamp"], CultureInfo.InvariantCulture));
        message.Headers["webhook-signature"].ShouldBe(new WebhookSignature(Secret).Of(id, at, message.Body));
        Json(message).GetProperty("verdict").GetString().ShouldBe("anomalous");
    }

    [Fact]
    public async Task A_message_that_is_refused_holds_up_its_own_product_only_and_is_given_up_in_the_end()
    {
        var poison = _root.Inspect("tile");
        var (behind, other) = (_root.Inspect("tile"), _root.Inspect("cookie"));
        await using var receiver = await HttpReceiver.StartAsync(_port, message => message.Headers["webhook-id"] == poison ? 422 : 200);
        _ = _root.Send(Channel());

        await _root.PassUntilAsync(() => receiver.Taken.Count == 1, "the other product's message");
        receiver.Taken[0].Headers["webhook-id"].ShouldBe(other);
        await _root.PassUntilAsync(() => receiver.Taken.Count == 2, "the message behind it");

        receiver.Taken[1].Headers["webhook-id"].ShouldBe(behind);
        _root.Root.Log.All.ShouldContain(line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains(poison, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Messages_that_were_not_taken_outlive_the_process()
    {
        var id = _root.Inspect("tile");
        var first = _root.Send(Channel());
        await _root.PassAsync(TimeSpan.FromSeconds(30));

        await _root.RestartAsync(first);
        await using var receiver = await HttpReceiver.StartAsync(_port);
        await _root.PassAsync(TimeSpan.FromMinutes(3));
        receiver.Taken.ShouldBeEmpty("nobody carries anything between the two runs");
        _ = _root.Send(Channel());
        await _root.PassUntilAsync(() => receiver.Taken.Count > 0, "the message");
        await _root.PassUntilAsync(() => _root.Outbox.Count(Webhook.Channel) == 0, "its end in the outbox");

        receiver.Taken.ShouldHaveSingleItem().Headers["webhook-id"].ShouldBe(id);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(401)]
    [InlineData(429)]
    public async Task While_the_receiver_is_in_trouble_itself_everything_waits_in_order(int status)
    {
        string[] expected = [_root.Inspect("tile"), _root.Inspect("cookie"), _root.Inspect("tile"), _root.Inspect("cookie")];
        var (troubled, asked) = (true, new ConcurrentQueue<string>());
        await using var receiver = await HttpReceiver.StartAsync(_port, message =>
        {
            asked.Enqueue(message.Headers["webhook-id"]);
            return troubled ? status : 200;
        });
        _ = _root.Send(Channel());
        await _root.PassUntilAsync(() => asked.Count >= 12, "more attempts than a message that is refused would have");
        asked.Distinct().ShouldBe([expected[0]], "the first keeps its turn");
        _root.Outbox.Count(Webhook.Channel).ShouldBe(4);

        troubled = false;
        await _root.PassUntilAsync(() => receiver.Taken.Count >= 4, "what waited");

        receiver.Taken.Select(message => message.Headers["webhook-id"]).ShouldBe(expected);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_in_time_is_waited_for()
    {
        var id = _root.Inspect("tile");
        using var awake = new ManualResetEventSlim();
        await using var receiver = await HttpReceiver.StartAsync(_port, _ =>
        {
            var isLate = !awake.IsSet;
            awake.Wait();
            return isLate ? 503 : 200;
        });
        _ = _root.Send(Channel(TimeSpan.FromSeconds(0.2)));
        await _root.PassUntilAsync(
            () => _root.Root.Log.All.Any(line => line.StartsWith("Warning: The webhook cannot be told now; everything waits. It did not answer within 0.2 s.", StringComparison.Ordinal)),
            "the patience's end");

        awake.Set();
        await _root.PassUntilAsync(() => receiver.Taken.Count > 0, "the message");

        receiver.Taken.ShouldHaveSingleItem().Headers["webhook-id"].ShouldBe(id);
    }

    [Fact]
    public async Task A_receiver_that_stays_away_is_asked_less_and_less_often()
    {
        _root.Inspect("tile");
        var asked = new ConcurrentQueue<DateTimeOffset>();
        await using var receiver = await HttpReceiver.StartAsync(_port, _ =>
        {
            asked.Enqueue(_root.Root.Time.GetUtcNow());
            return 503;
        });
        _ = _root.Send(Channel());

        await _root.PassUntilAsync(() => asked.Count >= 8, "eight attempts");

        // The clock goes on while a request is under way, so that a pause may be longer than the rule, and never shorter.
        asked.Zip(asked.Skip(1), (one, next) => next - one).Index()
            .ShouldAllBe(pause => pause.Item >= BackOff.After(pause.Index + 1) - TimeSpan.FromSeconds(1));
        Enumerable.Range(1, 10).Select(failures => BackOff.After(failures).TotalSeconds).ShouldBe([1, 2, 4, 8, 16, 32, 64, 120, 120, 120]);
    }

    [Fact]
    public async Task A_channel_that_breaks_in_an_unexpected_way_is_tried_again_and_does_not_end_the_host()
    {
        var id = _root.Inspect("tile");
        var channel = new BrokenChannel(times: 3);
        var courier = _root.Send(channel);

        await _root.PassUntilAsync(() => channel.Told.Count > 0, "the message");

        channel.Told.ShouldBe([id]);
        courier.IsCompleted.ShouldBeFalse();
        _root.Root.Log.All.Where(line => line.StartsWith("Error: The webhook broke off", StringComparison.Ordinal)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Nothing_is_told_before_it_is_filed_and_later_images_of_the_product_wait_for_it()
    {
        var open = _root.Inspect("tile", isFiled: false);
        var later = _root.Inspect("tile");
        await using var receiver = await HttpReceiver.StartAsync(_port);
        _ = _root.Send(Channel());
        await _root.PassAsync(TimeSpan.FromSeconds(20));
        receiver.Taken.ShouldBeEmpty();

        _root.File(open);
        await _root.PassUntilAsync(() => receiver.Taken.Count == 2, "both messages");

        receiver.Taken.Select(message => message.Headers["webhook-id"]).ShouldBe([open, later]);
    }

    [Fact]
    public async Task Only_what_was_asked_for_is_told_and_a_result_file_that_is_gone_is_made_from_the_ledger()
    {
        _root.Inspect("tile", Verdict.Normal);
        var suspect = _root.Inspect("tile", Verdict.Suspect);
        Directory.Delete(_root.Root.Folders.Results, recursive: true);
        await using var receiver = await HttpReceiver.StartAsync(_port);
        _ = _root.Send(Channel());

        await _root.PassUntilAsync(() => receiver.Taken.Count > 0, "a message");
        await _root.PassAsync(TimeSpan.FromSeconds(10));

        var told = Json(receiver.Taken.ShouldHaveSingleItem());
        told.GetProperty("id").GetString().ShouldBe(suspect);
        told.GetProperty("ratio").GetDouble().ShouldBe(2);
    }

    public void Dispose() => _root.Dispose();

    private Webhook Channel(TimeSpan? patience = null) =>
        new(new WebhookOptions { Url = $"http://127.0.0.1:{_port}/verdicts" }, new WebhookSignature(Secret), _root.Root.Time, patience);

    private static JsonElement Json(HttpReceiver.Received message) => JsonDocument.Parse(message.Body).RootElement;

    /// <summary>Throws what no channel should.</summary>
    private sealed class BrokenChannel(int times) : INotificationChannel
    {
        private int _left = times;

        public ConcurrentQueue<string> Told { get; } = new();

        public string Name => Webhook.Channel;

        public Task SendAsync(Notification notification, CancellationToken cancel)
        {
            if (_left-- > 0)
            {
                throw new InvalidOperationException("A library's own fault.");
            }

            Told.Enqueue(notification.Id);
            return Task.CompletedTask;
        }
    }
}
