namespace Sentinel.Core.Training.Corruption;

/// <summary>One family of things that do not belong on a good product.</summary>
internal interface ICorruption
{
    /// <summary>Draws one of the family at a random place.</summary>
    /// <param name="canvas">What is drawn on.</param>
    /// <param name="foreign">Another good crop, of any size, to take texture from.</param>
    /// <param name="random">Source of every choice.</param>
    void Draw(Canvas canvas, Canvas foreign, Random random);
}
