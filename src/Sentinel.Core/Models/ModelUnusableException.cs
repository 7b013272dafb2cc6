namespace Sentinel.Core.Models;

/// <summary>A model is missing, damaged or of another make. The message says which and what the operator can do.</summary>
public sealed class ModelUnusableException(string message, Exception? inner = null) : Exception(message, inner);
