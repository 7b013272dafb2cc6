using System.CommandLine;

namespace Sentinel.Pretrain;

/// <summary>The command line of this tool.</summary>
internal static class PretrainCommand
{
    public static RootCommand Create() => new("Makes the weights that ship with Sentinel from folders of photographs.")
    {
        EncoderCommand.Create(), DenoiserCommand.Create(),
    };
}
