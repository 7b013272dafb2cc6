namespace Sentinel.Core.Detection;

public enum Verdict
{
    /// <summary>Within what good images show.</summary>
    Normal,

    /// <summary>Between the suspect and the anomalous threshold: a person should look.</summary>
    Suspect,

    /// <summary>Over the threshold that the false-alarm budget sets.</summary>
    Anomalous,
}
