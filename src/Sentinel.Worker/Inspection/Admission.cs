using System.Threading.Channels;
using Sentinel.Worker.Inbox;

namespace Sentinel.Worker.Inspection;

/// <summary>Lets images in as they come; those under suspicion after their trial, aside, so that they hold up nobody.</summary>
internal sealed class Admission(InspectionQueue queue, Quarantine quarantine, StoragePatience storage)
{
    /// <summary>Works until the queue is completed and empty.</summary>
    /// <param name="admitted">Where images go on; completed in the end.</param>
    /// <param name="stopping">Sentinel stops: a trial that runs is ended, and a fault of the environment not waited out any more.</param>
    /// <param name="end">Time is up.</param>
    public async Task RunAsync(ChannelWriter<ClaimedImage> admitted, CancellationToken stopping, CancellationToken end)
    {
        var suspects = Channel.CreateUnbounded<ClaimedImage>();
        var trials = Task.Run(() => TryAsync(suspects.Reader, admitted, stopping, end), CancellationToken.None);
        await foreach (var image in queue.ReadAllAsync(end))
        {
            await (Quarantine.Suspects(image) ? suspects.Writer : admitted).WriteAsync(image, end);
        }

        suspects.Writer.Complete();
        await trials;
        admitted.Complete();
    }

    private async Task TryAsync(
        ChannelReader<ClaimedImage> suspects, ChannelWriter<ClaimedImage> admitted, CancellationToken stopping, CancellationToken end)
    {
        await foreach (var first in suspects.ReadAllAsync(end))
        {
            var images = WithOthersOf(first, suspects);
            var trials = await storage.UntilItWorksAsync($"try '{first.Path}'", () => quarantine.Examine(images, stopping), stopping);
            foreach (var (image, trial) in images.Zip(trials))
            {
                await admitted.WriteAsync(image with { Trial = trial }, end);
            }
        }
    }

    /// <summary>The image and those of its product that wait right behind it.</summary>
    private static List<ClaimedImage> WithOthersOf(ClaimedImage first, ChannelReader<ClaimedImage> waiting)
    {
        var images = new List<ClaimedImage> { first };
        while (images.Count < Quarantine.LargestTrial && waiting.TryPeek(out var next) && next.Entry.Product == first.Entry.Product
            && waiting.TryRead(out next))
        {
            images.Add(next);
        }

        return images;
    }
}
