namespace Sentinel.Core.Training;

/// <summary>There is nothing to train on, or too little; the message says how many images are needed for which promise.</summary>
public sealed class TrainingRefusedException(string message) : Exception(message);
