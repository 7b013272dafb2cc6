namespace Sentinel.Core.Training.Corruption;

/// <summary>Draws what a training sample is to be repaired from, or told apart by: none to four of the families, in random order.</summary>
/// <param name="more">Families besides boxes, blobs, scratches and foreign texture.</param>
internal sealed class Corruptor(params ICorruption[] more)
{
    private readonly ICorruption[] _families = [new Box(), new Blob(), new Scratch(), new ForeignTexture(), .. more];

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
