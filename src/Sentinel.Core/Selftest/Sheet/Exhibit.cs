using Sentinel.Core.Imaging;

namespace Sentinel.Core.Selftest.Sheet;

/// <summary>One thing that the sheet shows of a rung.</summary>
public abstract record Exhibit;

/// <summary>Lines and points over a common axis.</summary>
/// <param name="Title">Above them.</param>
/// <param name="Horizontal">What the horizontal axis shows.</param>
/// <param name="Series">In the order in which they are drawn.</param>
public sealed record Curves(string Title, string Horizontal, IReadOnlyList<Series> Series) : Exhibit;

/// <summary>Named points or a line through them.</summary>
public sealed record Series(string Name, Stroke Stroke, float[] X, float[] Y);

/// <summary>How a series is drawn: what is expected broad and pale, what is predicted fine and strong on top of it.</summary>
public enum Stroke
{
    Sample,
    Expected,
    Predicted,
    ExpectedPoint,
    PredictedPoint,
}

/// <summary>Predicted over expected: points on the diagonal agree.</summary>
public sealed record Agreement(IReadOnlyList<Pairs> Pairs) : Exhibit;

/// <summary>What was expected and what was predicted, number by number.</summary>
public sealed record Pairs(string Name, float[] Expected, float[] Predicted);

/// <summary>Rows of pictures below each other; each column is one image and what became of it.</summary>
public sealed record Pictures(IReadOnlyList<PictureRow> Rows) : Exhibit;

/// <summary>A row of pictures with its name before it.</summary>
public sealed record PictureRow(string Name, IReadOnlyList<StandardImage> Images);
