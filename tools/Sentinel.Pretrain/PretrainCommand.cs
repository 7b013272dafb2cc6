using System.CommandLine;
using Sentinel.Core.Torch;

namespace Sentinel.Pretrain;

/// <summary>The command line of this tool.</summary>
internal static class PretrainCommand
{
    public static RootCommand Create() => new("Makes the weights that ship with Sentinel from folders of photographs.")
    {
        EncoderCommand.Create(), DenoiserCommand.Create(), HeadCommand.Create(),
    };

    /// <summary>Does a command's work on the Torch thread. Exit code 1, and a line that says why, when it is stopped or its files are at fault.</summary>
    /// <param name="threads">Cores to use; 0 for all.</param>
    /// <param name="work">What the command does.</param>
    /// <param name="stopped">What to say when it is stopped.</param>
    public static async Task<int> RunAsync(int threads, Func<bool> work, string stopped)
    {
        try
        {
            using var torch = new TorchThread(threads);
            await torch.RunAsync(work);
            return 0;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine(stopped);
            return 1;
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(fault.Message);
            return 1;
        }
    }
}
