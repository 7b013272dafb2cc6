using Sentinel.Worker.Endpoints;

namespace Sentinel.Worker.Inbox;

/// <summary>Tells operators why files wait although they are ready: in <c>/readyz</c> as long as it lasts, in the log once.</summary>
internal sealed partial class WaitingReasons(DataFolders folders, Readiness readiness, ILogger<WaitingReasons> logger)
{
    private readonly HashSet<string> _withoutModel = new(StringComparer.Ordinal);
    private readonly HashSet<string> _outOfReach = new(StringComparer.Ordinal);
    private readonly HashSet<string> _withoutRights = new(StringComparer.Ordinal);

    /// <summary>The product has files and no model, or not any more.</summary>
    public void Model(string product, bool isMissing)
    {
        var part = $"model {product}";
        // A model that is there but cannot be used is reported under the same part, and says more.
        if (isMissing && !readiness.Problems.ContainsKey(part))
        {
            readiness.Report(
                part, $"'{product}' has no model yet and its files wait: put known-good images into '{Path.Combine(folders.Good, product)}'.");
            if (_withoutModel.Add(product))
            {
                Log.NoModel(logger, product);
            }
        }
        else if (!isMissing && _withoutModel.Remove(product))
        {
            readiness.Report(part, null);
        }
    }

    /// <summary>The product's folder cannot be read, or files cannot be taken out of it; with null it can.</summary>
    public void Folder(string product, string? problem)
    {
        if (problem is not null)
        {
            readiness.Report($"inbox {product}", problem);
            if (_outOfReach.Add(product))
            {
                Log.OutOfReach(logger, product, problem);
            }
        }
        else if (_outOfReach.Remove(product))
        {
            readiness.Report($"inbox {product}", null);
        }
    }

    /// <summary>
    /// Files of the product that may not be read. It is for their owner to change that, and the host is as ready as before for all others:
    /// the log, a metric and the doctor show them.
    /// </summary>
    public void Rights(string product, int unreadable, string? example)
    {
        if (unreadable == 0)
        {
            _withoutRights.Remove(product);
        }
        else if (_withoutRights.Add(product))
        {
            Log.NoRights(logger, unreadable, product, example!);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Files of {Product} wait because it has no model yet.")]
        public static partial void NoModel(ILogger logger, string product);

        [LoggerMessage(LogLevel.Warning, "Files of {Product} wait: {Problem}")]
        public static partial void OutOfReach(ILogger logger, string product, string problem);

        [LoggerMessage(LogLevel.Warning, "{Files} files of {Product} wait because Sentinel may not read them, {Example} among them; give its user the right to.")]
        public static partial void NoRights(ILogger logger, int files, string product, string example);
    }
}
