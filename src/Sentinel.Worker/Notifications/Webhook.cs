using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Sentinel.Worker.Notifications;

/// <summary>Posts each verdict to one address.</summary>
/// <param name="options">Where to post.</param>
/// <param name="signature">Signs each request; null for none.</param>
/// <param name="time">The clock of the signature.</param>
/// <param name="patience">How long an answer is waited for; 10 s when null.</param>
internal sealed class Webhook(WebhookOptions options, WebhookSignature? signature, TimeProvider time, TimeSpan? patience = null)
    : INotificationChannel, IDisposable
{
    public const string Channel = "webhook";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        // A receiver may move behind its name.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        AllowAutoRedirect = false,
    })
    { Timeout = patience ?? _patience };

    public string Name => Channel;

    public async Task SendAsync(Notification notification, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Url) { Content = new ReadOnlyMemoryContent(notification.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var now = time.GetUtcNow();
        request.Headers.Add("webhook-id", notification.Id);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        if (signature is not null)
        {
            request.Headers.Add("webhook-signature", signature.Of(notification.Id, now, notification.Body.Span));
        }

        using var response = await AnswerAsync(request, cancel);
        if (!response.IsSuccessStatusCode)
        {
            var answer = $"It answers {(int)response.StatusCode} {response.ReasonPhrase}.";
            throw IsItsOwnTrouble(response.StatusCode) ? new ReceiverUnreachableException(answer) : new MessageRefusedException(answer);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (HttpRequestException fault)
        {
            throw new ReceiverUnreachableException(fault.Message, fault);
        }
        catch (TaskCanceledException fault) when (!cancel.IsCancellationRequested)
        {
            throw new ReceiverUnreachableException($"It did not answer within {_client.Timeout.TotalSeconds:0.#} s.", fault);
        }
    }

    /// <summary>Whether every message would be answered so: broken, busy, not there yet, or it does not know us.</summary>
    private static bool IsItsOwnTrouble(HttpStatusCode status) =>
        (int)status >= 500
        || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.NotFound
            or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
}
