namespace Sentinel.Core.Imaging;

/// <summary>One row of a contact sheet.</summary>
/// <param name="Label">A line above the pictures, say the file's name and its verdict.</param>
/// <param name="Frames">The pictures from the left; a row may have fewer than there are columns.</param>
public sealed record ContactSheetRow(string Label, IReadOnlyList<Frame> Frames);

/// <summary>Lays pictures side by side, for people to compare.</summary>
public static class ContactSheet
{
    private static readonly (ushort, ushort, ushort) _paper = (62965, 62965, 62965);
    private static readonly (ushort, ushort, ushort) _ink = (8995, 8995, 11051);

    /// <summary>
    /// A sheet with one column per title and one row per entry. Each picture is fitted into a square cell with its proportions kept; captions
    /// that are too long are cut.
    /// </summary>
    /// <param name="columnTitles">One title per column.</param>
    /// <param name="rows">The rows from the top.</param>
    /// <param name="cellSize">Side of a cell in pixels, 32 or more.</param>
    public static Frame Compose(string[] columnTitles, IReadOnlyList<ContactSheetRow> rows, int cellSize)
    {
        ArgumentOutOfRangeException.ThrowIfZero(columnTitles.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(cellSize, 32);
        if (rows.FirstOrDefault(row => row.Frames.Count > columnTitles.Length) is { } row)
        {
            throw new ArgumentException($"Row '{row.Label}' has {row.Frames.Count} pictures for {columnTitles.Length} columns.", nameof(rows));
        }

        var layout = new Layout(columnTitles.Length, rows.Count, cellSize);
        var sheet = new Frame(layout.Width, layout.Height, 3, new ushort[layout.Width * layout.Height * 3]);
        sheet.Fill(0, 0, sheet.Width, sheet.Height, _paper);
        for (var column = 0; column < columnTitles.Length; column++)
        {
            var title = layout.Cut(columnTitles[column], cellSize);
            var indent = (cellSize - layout.LengthOf(title)) / 2;
            sheet.Write(title, layout.Left(column) + indent, layout.Margin, layout.Dot, _ink);
        }

        for (var i = 0; i < rows.Count; i++)
        {
            sheet.Write(layout.Cut(rows[i].Label, layout.Width - 2 * layout.Margin), layout.Margin, layout.Top(i), layout.Dot, _ink);
            for (var column = 0; column < rows[i].Frames.Count; column++)
            {
                var picture = rows[i].Frames[column].FitInside(cellSize);
                var x = layout.Left(column) + (cellSize - picture.Width) / 2;
                var y = layout.Top(i) + layout.Line + (cellSize - picture.Height) / 2;
                sheet.Paste(picture, x, y);
            }
        }

        return sheet;
    }

    private sealed record Layout(int Columns, int Rows, int Cell)
    {
        public int Dot { get; } = Math.Max(1, Cell / 120);

        public int Margin => 5 * Dot;

        /// <summary>Height of a line of text with the space below it.</summary>
        public int Line => (Lettering.Height + 4) * Dot;

        public int Width => Left(Columns);

        public int Height => Top(Rows);

        public int Left(int column) => Margin + column * (Cell + Margin);

        /// <summary>Top of a row's label; its pictures begin one line below.</summary>
        public int Top(int row) => Margin + Line + row * (Line + Cell + 2 * Margin);

        public int LengthOf(string text) => text.Length * Lettering.Advance * Dot;

        public string Cut(string text, int length)
        {
            var letters = length / (Lettering.Advance * Dot);
            return text.Length <= letters ? text : letters <= 3 ? text[..letters] : $"{text[..(letters - 3)]}...";
        }
    }
}
