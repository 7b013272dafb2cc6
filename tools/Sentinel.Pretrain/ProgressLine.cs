using System.Globalization;

namespace Sentinel.Pretrain;

/// <summary>How far a training is, on standard error: a bar that moves on a terminal, a line every half minute elsewhere.</summary>
internal sealed class ProgressLine(TimeSpan budget, TimeProvider time)
{
    private const int BarWidth = 30;

    private readonly TimeSpan _interval = Console.IsErrorRedirected ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(1);
    private long _shown = long.MinValue;

    public void Show(PretrainingProgress progress)
    {
        if (_shown != long.MinValue && time.GetElapsedTime(_shown) < _interval && progress.Elapsed < budget)
        {
            return;
        }

        _shown = time.GetTimestamp();
        var used = Math.Min(1, progress.Elapsed / budget);
        var bar = new string('#', (int)(used * BarWidth)).PadRight(BarWidth, '.');
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"[{bar}] {progress.Elapsed:hh\\:mm\\:ss} of {budget:hh\\:mm\\:ss}  step {progress.Step}  {progress.Images / 1000} k pictures  loss {progress.Loss:F3}  {progress.ImagesPerSecond:F0}/s");
        if (Console.IsErrorRedirected)
        {
            Console.Error.WriteLine(text);
        }
        else
        {
            Console.Error.Write($"\r{text}   ");
        }
    }

    public static void End()
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.WriteLine();
        }
    }
}
