using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Promotion;

namespace Sentinel.Worker.Commands;

/// <summary>The models of a data folder and what the ledger knows of them. A host may work on the same folder meanwhile.</summary>
internal sealed class ModelLibrary
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    public ModelLibrary(DataFolders folders)
    {
        Directory.CreateDirectory(folders.Root);
        var database = new LedgerDatabase(folders.Ledger, _patience);
        Registry = new ModelRegistry(folders.Models);
        Audit = new AuditLedger(database);
        Judged = new JudgedImages(database);
        Shadow = new ShadowLedger(database);
        Reviewed = new ReviewedFiles(folders, new ReviewLedger(database));
        Desk = new ModelDesk(Registry, Audit, new DriftLedger(database), Judged, TimeProvider.System);
    }

    public ModelRegistry Registry { get; }

    public AuditLedger Audit { get; }

    public JudgedImages Judged { get; }

    public ShadowLedger Shadow { get; }

    public ReviewedFiles Reviewed { get; }

    public ModelDesk Desk { get; }

    public GatedTraining Trainings(TorchThread torch) => new(Registry, Desk, Reviewed, torch, TimeProvider.System);
}
