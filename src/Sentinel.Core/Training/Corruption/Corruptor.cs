namespace Sentinel.Core.Training.Corruption;

/// <summary>Draws what a training sample is to be repaired from, or told apart by: none to four of the families, in random order.</summary>
internal sealed class Corruptor
{
    private readonly ICorruption[] _families;

    private Corruptor(params ICorruption[] families) => _families = families;

    /// <summary>What the autoencoder learns to take out.</summary>
    public static Corruptor OfRepair { get; } = new(new Box(), new Blob(), new Scratch(), new ForeignTexture());

    /// <summary>What the defect head learns to find: these and what is finer, fainter or only changes what is there.</summary>
    public static Corruptor OfDefects { get; } = new(
        [.. OfRepair._families, new Hairline(), new Speck(), new Crack(), new Dent(), new Distortion(), new Roughness()]);

    public void Corrupt(Canvas canvas, Canvas foreign, Random random)
    {
        if (random.NextDouble() < 0.1)
        {
            return;
        }

        for (var remaining = 1 + random.Next(4); remaining > 0; remaining--)
        {
            _families[random.Next(_families.Length)].Draw(canvas, foreign, random);
        }
    }
}
