using System.Net;
using System.Text;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Reporting;

/// <summary>One HTML file with everything in it, thumbnails too, so that it can be sent by mail and still be read in ten years.</summary>
public sealed class ReportPage(string title)
{
    private const int ThumbnailSide = 112;

    private readonly StringBuilder _body = new();

    public ReportPage Heading(string text) => Append($"<h2>{Escaped(text)}</h2>");

    public ReportPage Paragraph(string text) => Append($"<p>{Escaped(text)}</p>");

    public ReportPage Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        Append("<table><tr>");
        foreach (var column in columns)
        {
            Append($"<th>{Escaped(column)}</th>");
        }

        foreach (var row in rows)
        {
            Append("</tr><tr>");
            foreach (var cell in row)
            {
                Append($"<td>{Escaped(cell)}</td>");
            }
        }

        return Append("</tr></table>");
    }

    /// <summary>A thumbnail with its name and a line below; a picture that cannot be read is shown by its words alone.</summary>
    public ReportPage Picture(string path, string name, string caption, ImageLimits limits)
    {
        Append($"<figure>{Thumbnail(path, limits)}<figcaption><b>{Escaped(name)}</b><br>{Escaped(caption)}</figcaption></figure>");
        return this;
    }

    public override string ToString() => $$"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>{{Escaped(title)}}</title>
        <style>
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1c1c22; background: #fff; }
        table { border-collapse: collapse; } th, td { text-align: left; padding: .25rem .9rem .25rem 0; border-bottom: 1px solid #ddd; vertical-align: top; }
        figure { display: inline-block; width: 12rem; margin: 0 1rem 1rem 0; vertical-align: top; } figcaption { font-size: 12px; overflow-wrap: anywhere; }
        </style></head><body>
        <h1>{{Escaped(title)}}</h1>
        {{_body}}
        </body></html>

        """;

    private static string Thumbnail(string path, ImageLimits limits)
    {
        try
        {
            var png = ImageFile.EncodePng(ImageFile.Read(path, limits).FitInside(ThumbnailSide));
            return $"<img alt=\"\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\">";
        }
        catch (Exception fault) when (fault is UnreadableImageException or IOException or UnauthorizedAccessException)
        {
            return "<i>no picture</i>";
        }
    }

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);

    private ReportPage Append(string html)
    {
        _body.Append(html).Append('\n');
        return this;
    }
}
