namespace Sentinel.Core.Training.Corruption;

/// <summary>A line drawn with a round pen. Where it crosses itself it counts once.</summary>
internal sealed class Stroke(Canvas canvas)
{
    /// <summary>From one touch of the pen to the next, in pixels: close enough to look like a line.</summary>
    public const double Step = 0.5;

    private readonly float[] _opacity = new float[canvas.Area];

    /// <summary>The pen touches the canvas; beside it nothing happens.</summary>
    /// <param name="radius">In pixels; the edge is soft over one more.</param>
    public void Touch(double x, double y, double radius)
    {
        var reach = (int)Math.Ceiling(radius + 1);
        for (var row = Math.Max(0, (int)y - reach); row <= Math.Min(canvas.Height - 1, (int)y + reach); row++)
        {
            for (var column = Math.Max(0, (int)x - reach); column <= Math.Min(canvas.Width - 1, (int)x + reach); column++)
            {
                var distance = Math.Sqrt((column + 0.5 - x) * (column + 0.5 - x) + (row + 0.5 - y) * (row + 0.5 - y));
                var inside = (float)Math.Clamp(radius + 0.5 - distance, 0, 1);
                ref var sample = ref _opacity[row * canvas.Width + column];
                sample = Math.Max(sample, inside);
            }
        }
    }

    /// <summary>Makes what lies under the line brighter or darker by this much.</summary>
    public void Shift(float change)
    {
        for (var i = 0; i < _opacity.Length; i++)
        {
            for (var c = 0; _opacity[i] > 0 && c < canvas.Channels; c++)
            {
                ref var sample = ref canvas.Samples[c * canvas.Area + i];
                sample = Math.Clamp(sample + change * _opacity[i], 0f, 1f);
            }
        }
    }
}
