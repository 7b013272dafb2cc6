namespace Sentinel.Core.Imaging;

/// <summary>Marks on colour frames; whatever lies outside the frame is cut.</summary>
internal static class Drawing
{
    public static void Fill(this Frame frame, int x, int y, int width, int height, (ushort Red, ushort Green, ushort Blue) colour)
    {
        var (left, right) = (Math.Max(0, x), Math.Min(frame.Width, x + width));
        for (var row = Math.Max(0, y); row < Math.Min(frame.Height, y + height); row++)
        {
            for (var column = left; column < right; column++)
            {
                var at = (row * frame.Width + column) * 3;
                (frame.Samples[at], frame.Samples[at + 1], frame.Samples[at + 2]) = colour;
            }
        }
    }

    /// <summary>Copies a picture, grey or colour, to where its top left corner shall be.</summary>
    public static void Paste(this Frame frame, Frame picture, int x, int y)
    {
        for (var row = Math.Max(0, -y); row < Math.Min(picture.Height, frame.Height - y); row++)
        {
            for (var column = Math.Max(0, -x); column < Math.Min(picture.Width, frame.Width - x); column++)
            {
                var from = (row * picture.Width + column) * picture.Channels;
                var to = ((y + row) * frame.Width + x + column) * 3;
                for (var c = 0; c < 3; c++)
                {
                    frame.Samples[to + c] = picture.Samples[from + (picture.Channels == 1 ? 0 : c)];
                }
            }
        }
    }

    /// <summary>Writes one line in <see cref="Lettering"/>, each dot <paramref name="dot"/> pixels wide.</summary>
    public static void Write(this Frame frame, string text, int x, int y, int dot, (ushort Red, ushort Green, ushort Blue) colour)
    {
        for (var i = 0; i < text.Length; i++)
        {
            for (var column = 0; column < Lettering.LetterWidth; column++)
            {
                var dots = Lettering.Column(text[i], column);
                for (var row = 0; row < Lettering.Height; row++)
                {
                    if ((dots >> row & 1) != 0)
                    {
                        frame.Fill(x + (i * Lettering.Advance + column) * dot, y + row * dot, dot, dot, colour);
                    }
                }
            }
        }
    }
}
