using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Sentinel.Worker.Telemetry;

/// <summary>
/// Sends what native libraries write to standard error into a file of the data root, from where it gets into the log. A pipe that this process
/// reads would lose the last words of a native crash; the file keeps them for the next start. <see cref="Console.Error"/> goes where it went before.
/// </summary>
internal sealed partial class StandardErrorFile : IDisposable
{
    public const string FileName = ".stderr";

    private const int StandardError = 2;
    private const int DuplicateCloseOnExec = 1030;
    private const int WriteOnlyAppendCloseOnExec = 0x1 | 0x400 | 0x80000;
    private const int MostBytes = 64 << 20;
    private const int ChunkBytes = 64 << 10;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly int _original;
    private long _read;

    private StandardErrorFile(string path, SafeFileHandle file, long leftover, int original)
    {
        (_path, _file, _original) = (path, file, original);
        _read = Math.Max(0, leftover - ChunkBytes);
        LastWords = Lines(Chunk().AsSpan(..(int)(leftover - _read)));
        _read = leftover;
        AppDomain.CurrentDomain.UnhandledException += OnUnhandledException;
    }

    /// <summary>The end of what a run before wrote and did not log. The file keeps it until the first <see cref="Read"/>.</summary>
    public IReadOnlyList<string> LastWords { get; }

    /// <summary>Null where standard error is a terminal, and where the file cannot be written: nothing has changed then.</summary>
    /// <param name="folders">The data root, held by this process alone.</param>
    public static StandardErrorFile? Redirect(DataFolders folders)
    {
        if (!Console.IsErrorRedirected)
        {
            return null;
        }

        // .NET copies the descriptor when the stream is first asked for; the copy stays with the original.
        _ = Console.Error;
        var path = Path.Combine(folders.Root, FileName);
        try
        {
            var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            var leftover = RandomAccess.GetLength(file);
            var original = Control(StandardError, DuplicateCloseOnExec, StandardError + 1);
            var appending = Open(path, WriteOnlyAppendCloseOnExec); // .NET's own FileMode.Append does not append what others write.
            if (original >= 0 && appending >= 0 && Duplicate(appending, StandardError) >= 0)
            {
                _ = Close(appending);
                return new StandardErrorFile(path, file, leftover, original);
            }

            file.Dispose();
            _ = Close(original);
            _ = Close(appending);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The whole lines that were written since the last call.</summary>
    public IReadOnlyList<string> Read()
    {
        var lines = new List<string>();
        while (Chunk() is { Length: > 0 } chunk)
        {
            // A line without its end is left for the next time, unless it fills the whole chunk.
            var end = Array.LastIndexOf(chunk, (byte)'\n') + 1;
            end = end == 0 && chunk.Length == ChunkBytes ? chunk.Length : end;
            if (end == 0)
            {
                break;
            }

            lines.AddRange(Lines(chunk.AsSpan(..end)));
            _read += end;
        }

        // Nothing is lost but what is written between these two calls. A flood that never pauses loses more, and would fill the disk otherwise.
        if (_read > 0 && (RandomAccess.GetLength(_file) == _read || _read > MostBytes))
        {
            RandomAccess.SetLength(_file, 0);
            _read = 0;
        }

        return lines;
    }

    /// <summary>Puts the original back and hands over to it what nobody has read.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandledException;
        PutBack();
        try
        {
            while (Chunk() is { Length: > 0 } chunk)
            {
                Console.Error.Write(Encoding.UTF8.GetString(chunk));
                _read += chunk.Length;
            }

            File.Delete(_path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"What was written to standard error is left in {_path}: {fault.Message}");
        }

        _file.Dispose();
        _ = Close(_original);
    }

    /// <summary>Standard error is what it was, for .NET's own last message among others.</summary>
    public void PutBack() => _ = Duplicate(_original, StandardError);

    private void OnUnhandledException(object sender, UnhandledExceptionEventArgs arguments) => PutBack();

    private static string[] Lines(ReadOnlySpan<byte> text) =>
        Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private byte[] Chunk()
    {
        var buffer = new byte[ChunkBytes];
        return buffer[..RandomAccess.Read(_file, buffer, _read)];
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Duplicate(int descriptor, int into);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
