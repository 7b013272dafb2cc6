using Sentinel.Core.Detection;

namespace Sentinel.Worker.Notifications;

/// <summary>A way to tell others of verdicts.</summary>
internal interface INotificationChannel
{
    /// <summary>Its name in the ledger and in the metrics.</summary>
    string Name { get; }

    /// <summary>Tells of one verdict. The receiver has taken it when this returns.</summary>
    /// <exception cref="ReceiverUnreachableException">Nobody can be told now.</exception>
    /// <exception cref="MessageRefusedException">The receiver is there and does not take this message.</exception>
    Task SendAsync(Notification notification, CancellationToken cancel);
}

/// <summary>One verdict to tell of.</summary>
/// <param name="Id">Id of the inspection; a receiver that sees it twice has seen the same message twice.</param>
/// <param name="Product">Name of the product.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Body">The result file, <c>sentinel.inspection/1</c>.</param>
internal sealed record Notification(string Id, string Product, Verdict Verdict, ReadOnlyMemory<byte> Body);

/// <summary>The receiver does not answer, or says that it cannot take anything now.</summary>
internal sealed class ReceiverUnreachableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The receiver answers, and refuses this message; or there is nothing left of it to tell.</summary>
internal sealed class MessageRefusedException(string message) : Exception(message);
