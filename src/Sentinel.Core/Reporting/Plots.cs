using ScottPlot;

namespace Sentinel.Core.Reporting;

/// <summary>Plots in one look and with a font that is always there. Whatever draws a plot begins it here.</summary>
public static class Plots
{
    /// <summary>Text and axes.</summary>
    public static readonly Color Ink = Color.FromHex("#232329");

    /// <summary>What is less important than the data: ticks' labels, reference lines.</summary>
    public static readonly Color Pale = Color.FromHex("#8a8a94");

    private static readonly Color _grid = Color.FromHex("#e6e6ea");

    // Okabe and Ito's colours, told apart by colour-blind people too, without the yellow that is hard to see on white.
    private static readonly string[] _series = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"];

    static Plots()
    {
        Fonts.FontResolvers.Insert(0, new PlotFont());
        Fonts.Default = Fonts.Sans = Fonts.Serif = Fonts.Monospace = PlotFont.Name;
    }

    /// <summary>An empty plot; what is added takes the colours of the series in turn.</summary>
    /// <param name="title">Above it; empty for none.</param>
    /// <param name="horizontal">What the horizontal axis shows, with its unit.</param>
    /// <param name="vertical">What the vertical axis shows, with its unit.</param>
    public static Plot Create(string title, string horizontal, string vertical)
    {
        var plot = new Plot();
        plot.Add.Palette = new ScottPlot.Palettes.Custom(_series);
        plot.FigureBackground.Color = plot.DataBackground.Color = Colors.White;
        plot.Grid.MajorLineColor = _grid;
        plot.Axes.Color(Ink);
        plot.Axes.Right.FrameLineStyle.Width = plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Axes.Bottom.TickLabelStyle.ForeColor = plot.Axes.Left.TickLabelStyle.ForeColor = Pale;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.BackgroundColor = Colors.White.WithAlpha(0.8);
        plot.Legend.FontColor = Ink;
        plot.Axes.Title.Label.FontSize = 14;
        plot.Axes.Bottom.Label.Bold = plot.Axes.Left.Label.Bold = false;
        plot.Axes.Bottom.Label.FontSize = plot.Axes.Left.Label.FontSize = 12;
        if (title.Length > 0)
        {
            plot.Title(title);
        }

        plot.XLabel(horizontal);
        plot.YLabel(vertical);
        return plot;
    }

    /// <summary>The plot as a PNG file of that size in pixels.</summary>
    public static byte[] ToPng(this Plot plot, int width, int height) => plot.GetImageBytes(width, height, ImageFormat.Png);
}
