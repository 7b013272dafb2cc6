using System.Buffers.Binary;

namespace Sentinel.Core.Imaging;

/// <summary>
/// Whether a page of a TIFF file, classic or BigTIFF, reaches behind the file's end: with its directory, with a field's values, or with a
/// strip or tile (TIFF 6.0, section 2).
/// </summary>
internal static class TiffExtent
{
    public static bool IsBeyond(ReadOnlySpan<byte> file)
    {
        var tiff = new Reader(file);
        if (!tiff.TryRead(tiff.IsBig ? 8 : 4, tiff.Word, out var directory))
        {
            return true;
        }

        // A damaged file may lead back to a page that was looked at; its decoder judges that.
        var seen = new HashSet<long>();
        do
        {
            if (IsPageBeyond(tiff, directory, file.Length, out var next))
            {
                return true;
            }

            seen.Add(directory);
            directory = next;
        }
        while (directory != 0 && !seen.Contains(directory));

        return false;
    }

    private static bool IsPageBeyond(Reader tiff, long directory, long length, out long next)
    {
        next = 0;
        if (!tiff.TryRead(directory, tiff.IsBig ? 8 : 2, out var entries))
        {
            return true;
        }

        var (offsets, lengths) = (default(Field), default(Field));
        var (first, entry) = (directory + (tiff.IsBig ? 8 : 2), tiff.IsBig ? 20 : 12);
        for (var i = 0L; i < entries; i++)
        {
            if (!tiff.TryReadField(first + i * entry, out var field))
            {
                return true;
            }

            offsets = field.Tag is 273 or 324 ? field : offsets;
            lengths = field.Tag is 279 or 325 ? field : lengths;
        }

        if (!tiff.TryRead(first + entries * entry, tiff.Word, out next))
        {
            return true;
        }

        for (var i = 0L; i < Math.Min(offsets.Count, lengths.Count); i++)
        {
            if (!tiff.TryRead(offsets.At + i * offsets.Size, offsets.Size, out var offset)
                || !tiff.TryRead(lengths.At + i * lengths.Size, lengths.Size, out var bytes)
                || offset + bytes > length)
            {
                return true;
            }
        }

        return false;
    }

    private readonly record struct Field(long Tag, int Size, long Count, long At);

    private readonly ref struct Reader(ReadOnlySpan<byte> file)
    {
        private readonly ReadOnlySpan<byte> _file = file;
        private readonly bool _bigEndian = file[0] == 'M';

        public bool IsBig { get; } = file[file[0] == 'M' ? 3 : 2] == 43;

        public int Word => IsBig ? 8 : 4;

        public bool TryReadField(long at, out Field field)
        {
            field = default;
            if (!TryRead(at, 2, out var tag) || !TryRead(at + 2, 2, out var type) || !TryRead(at + 4, Word, out var count))
            {
                return false;
            }

            var size = type switch { 3 or 8 => 2, 4 or 9 or 11 or 13 => 4, 5 or 10 or 12 or 16 or 17 or 18 => 8, _ => 1 };
            var values = at + 4 + Word;
            if (count * size > Word && !TryRead(values, Word, out values))
            {
                return false;
            }

            field = new Field(tag, size, count, values);
            return values + count * size <= _file.Length;
        }

        /// <summary>An unsigned number of 1, 2, 4 or 8 bytes; false when it lies behind the end, or is too large to be a place in a file.</summary>
        public bool TryRead(long at, int size, out long value)
        {
            value = 0;
            if (at < 0 || at > _file.Length - size)
            {
                return false;
            }

            var bytes = _file.Slice((int)at, size);
            value = (size, _bigEndian) switch
            {
                (1, _) => bytes[0],
                (2, true) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
                (2, false) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
                (4, true) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
                (4, false) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
                (_, true) => BinaryPrimitives.ReadInt64BigEndian(bytes),
                _ => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            };
            return value is >= 0 and < 1L << 48;
        }
    }
}
