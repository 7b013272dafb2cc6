using System.ComponentModel.DataAnnotations;

namespace Sentinel.Worker.Telemetry;

/// <summary>How OTLP is spoken.</summary>
public enum OtlpProtocol
{
    /// <summary>gRPC, usually on port 4317.</summary>
    Grpc,

    /// <summary>Protobuf over HTTP, usually on port 4318.</summary>
    Http,
}

/// <summary>Where traces and metrics are sent besides being scraped; nowhere by default.</summary>
public sealed class OtlpOptions
{
    /// <summary>Address of a collector, such as http://127.0.0.1:4317. Without it nothing is sent.</summary>
    [Url(ErrorMessage = "'{0}' is not an address like http://127.0.0.1:4317.")]
    public string? Endpoint { get; set; }

    /// <summary>grpc or http. The default is grpc.</summary>
    [EnumDataType(typeof(OtlpProtocol))]
    public OtlpProtocol Protocol { get; set; } = OtlpProtocol.Grpc;
}
