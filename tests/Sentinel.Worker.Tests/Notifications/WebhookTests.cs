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
        first.IsCompleted.ShouldBeFalse();

        await using var receiver = await HttpReceiver.StartAsync(_port);
        _ = _root.Send(Channel());
        await _root.PassUntilAsync(() => receiver.Taken.Count > 0, "the message");

        receiver.Taken[0].Headers["webhook-id"].ShouldBe(id);
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

    private Webhook Channel() =>
        new(new WebhookOptions { Url = $"http://127.0.0.1:{_port}/verdicts" }, new WebhookSignature(Secret), _root.Root.Time);

    private static JsonElement Json(HttpReceiver.Received message) => JsonDocument.Parse(message.Body).RootElement;
}
