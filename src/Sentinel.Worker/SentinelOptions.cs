using System.ComponentModel.DataAnnotations;
using Sentinel.Core.Imaging;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Inspection;
using Sentinel.Worker.Notifications;
using Sentinel.Worker.Systemd;
using Sentinel.Worker.Telemetry;
using Sentinel.Worker.Upkeep;

namespace Sentinel.Worker;

/// <summary>Section <c>Sentinel</c> of the configuration: the defaults of every product, and what belongs to the host.</summary>
public sealed class SentinelOptions : ProductSettings
{
    public const string Section = "Sentinel";

    /// <summary>The folder below which everything lies: inbox, good, archive, results, failed, models, ledger. The default is ./data.</summary>
    [Required]
    public string DataRoot { get; set; } = "./data";

    public HttpOptions Http { get; set; } = new();

    public WorkLimits Limits { get; set; } = new();

    public StorageOptions Storage { get; set; } = new();

    /// <summary>Trainings that may run at the same time; the others wait for their turn. The default is 1.</summary>
    [Range(1, 64)]
    public int TrainingsAtOnce { get; set; } = 1;

    public WatchdogOptions Watchdog { get; set; } = new();

    public LogOptions Log { get; set; } = new();

    public OtlpOptions Otlp { get; set; } = new();

    public NotificationOptions Notifications { get; set; } = new();

    /// <summary>
    /// Settings of single products. In the configuration a product names only what differs; once read, each entry is complete.
    /// </summary>
    public Dictionary<string, ProductSettings> Products { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What holds for a product: its own settings where it has some, the defaults for the rest.</summary>
    public ProductSettings SettingsOf(string product) => Products.GetValueOrDefault(product) ?? this;
}

/// <summary>What can differ from product to product.</summary>
public class ProductSettings
{
    /// <summary>The share of good images that may be called anomalous. The default is 0.01.</summary>
    [Range(0.0001, 0.5)]
    public double FalseAlarmBudget { get; set; } = 0.01;

    /// <summary>The share of good images that may be called suspect or anomalous. The default is 0.05.</summary>
    [Range(0.0001, 0.5)]
    public double SuspectBudget { get; set; } = 0.05;

    /// <summary>
    /// Of a multi-page TIFF or an animated WebP: first, or each. With each, the worst page stands for the file. The default is first.
    /// </summary>
    [EnumDataType(typeof(PageChoice))]
    public PageChoice Pages { get; set; } = PageChoice.First;

    public TrainingOptions Training { get; set; } = new();

    public DriftOptions Drift { get; set; } = new();

    public InboxOptions Inbox { get; set; } = new();

    public RetentionOptions Retention { get; set; } = new();
}

public sealed class TrainingOptions
{
    /// <summary>The time one training may take. The default is 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00")]
    public TimeSpan Budget { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// When to retrain: a Quartz cron expression (seconds first), or <c>nightly</c>, the default, which gives each product a minute by its name between 01:00
    /// and 05:00. What was missed while Sentinel did not run is made up once.
    /// </summary>
    [Required]
    public string Schedule { get; set; } = "nightly";

    /// <summary>Known-good images that have to be added before it is retrained without waiting for the schedule; 0 turns that off. The default is 50.</summary>
    [Range(0, 1_000_000)]
    public int AfterNewImages { get; set; } = 50;

    /// <summary>Resident memory at which a training is ended, in bytes. The default is 4 GiB.</summary>
    [Range(256L << 20, long.MaxValue)]
    public long MaxMemory { get; set; } = 4L << 30;

    /// <summary>Who puts a model that passed the gate into use: automatic or manual. The default is automatic.</summary>
    [EnumDataType(typeof(Approval))]
    public Approval Approval { get; set; } = Approval.Automatic;

    /// <summary>
    /// Live images that a model which passed the gate scores beside the one in use before it may take over; 0, the default, lets it take over at once.
    /// </summary>
    [Range(0, 100_000)]
    public int ShadowImages { get; set; }

    /// <summary>Seed of every random choice in a training. The default is 1.</summary>
    public int Seed { get; set; } = 1;
}

/// <summary>Who puts a model that passed the gate into use.</summary>
public enum Approval
{
    /// <summary>The gate, and after it the shadow where there is one; a person where the input or the product drifts.</summary>
    Automatic,

    /// <summary>A person: <c>sentinel models approve</c>.</summary>
    Manual,
}

public sealed class DriftOptions
{
    /// <summary>The newest images of a product that drift is looked for in. The default is 100.</summary>
    [Range(20, 10_000)]
    public int Window { get; set; } = 100;

    /// <summary>Images that a newly published model is on probation for: when it flags far more of them than its calibration lets expect, and the input
    /// does not drift, the model before it comes back. 0 turns that off. The default is 200.</summary>
    [Range(0, 10_000)]
    public int Probation { get; set; } = 200;
}

/// <summary>What tells that a file in the inbox is complete.</summary>
public enum ReadySign
{
    /// <summary>Its size and time stood still for the quiet period, and it has its last byte.</summary>
    Quiet,

    /// <summary>Its name: senders write under another one (<c>.a.jpg</c>, <c>a.jpg.tmp</c>, <c>a.jpg.part</c>, <c>~a.jpg</c>) and rename.</summary>
    Rename,

    /// <summary>A second file beside it, <c>a.jpg.done</c>, which its sender makes last; it goes away together with the image.</summary>
    Marker,
}

/// <summary>What is done with an image whose content has its verdict already.</summary>
public enum SameContent
{
    /// <summary>It is counted, kept, and gets no verdict of its own.</summary>
    Skip,

    /// <summary>It is inspected like any other.</summary>
    Inspect,
}

public sealed class InboxOptions
{
    /// <summary>What tells that a file is complete: quiet, rename or marker. The default is quiet.</summary>
    [EnumDataType(typeof(ReadySign))]
    public ReadySign Ready { get; set; } = ReadySign.Quiet;

    /// <summary>What is done with content that has its verdict already: skip or inspect. The default is skip.</summary>
    [EnumDataType(typeof(SameContent))]
    public SameContent SameContent { get; set; } = SameContent.Skip;

    /// <summary>Time between two scans. The default is 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan ScanInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Time between two scans where the inbox lies on NFS, SMB, FUSE or the like, which tell of no changes made by other machines. The
    /// default is 30 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan NetworkScanInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long size and time of a file must stand still before it is taken. The default is 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan QuietPeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long after its last write a file that ends too early, or contradicts itself, may still be on its way. The default is 60 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan TruncatedGrace { get; set; } = TimeSpan.FromSeconds(60);
}
