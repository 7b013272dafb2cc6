using Sentinel.Core.Torch;

namespace Sentinel.Pretrain;

/// <param name="Budget">Time to train for, without reading and checking the pictures.</param>
/// <param name="Seed">Seed of every random choice: first weights, order and look of the pictures.</param>
/// <param name="Width">Channels at 1/2 of the size; twice and four times as many below.</param>
/// <param name="BatchSize">Pictures per step.</param>
/// <param name="Precision">What the convolutions compute with.</param>
/// <param name="Judge">What finding foreign things counts beside naming the class; 0: none are drawn.</param>
internal sealed record PretrainingPlan(TimeSpan Budget, int Seed, int Width = PretrainingPlan.ShippedWidth, int BatchSize = 128, Precision Precision = Precision.Single, double Judge = 0)
{
    public const int ShippedWidth = 64;
}
