using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;
using Sentinel.Worker.Backup;
using Sentinel.Worker.Configuration;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Retraining;
using Sentinel.Worker.Upkeep;

namespace Sentinel.Worker.Commands;

/// <summary>The one place where an exception becomes what a person reads.</summary>
internal static class Failure
{
    public static int Report(Exception fault, bool json)
    {
        var (kind, lines) = Describe(fault);
        foreach (var line in lines)
        {
            Console.Error.WriteLine(line);
        }

        if (json)
        {
            Console.WriteLine(new TrainerLine { Error = string.Join(' ', lines), Kind = kind });
        }

        return SentinelCommand.Failed;
    }

    internal static (string Kind, IReadOnlyList<string> Lines) Describe(Exception fault) => fault switch
    {
        ConfigurationException wrong => ("configuration", wrong.Errors),
        TrainingRefusedException => (TrainingFailure.Refused, [fault.Message]),
        ModelUnusableException => ("modelUnusable", [fault.Message]),
        MachineFaultException => (TrainingFailure.MachineFault, [fault.Message]),
        UnreadableImageException => ("unreadableImage", [fault.Message]),
        DataRootInUseException => ("dataRootInUse", [fault.Message]),
        DataRootUnusableException => ("dataRootUnusable", [fault.Message]),
        LedgerUnavailableException => ("ledgerUnavailable", [$"{fault.Message} Nothing is wrong with Sentinel: free disk space, give rights, or end what holds the ledger; then try again."]),
        LedgerTooNewException => ("ledgerTooNew", [fault.Message]),
        BackupUnusableException => ("backupUnusable", [fault.Message]),
        OperationCanceledException => ("cancelled", ["Stopped before it was done."]),
        UnauthorizedAccessException => ("access", [$"{fault.Message} Give the user {Environment.UserName} the rights, or take another folder."]),
        IOException => ("io", [fault.Message]),
        _ => ("fault", [$"This is a fault in Sentinel itself: {fault}"]),
    };
}
