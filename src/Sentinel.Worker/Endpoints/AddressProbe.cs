using System.Net;
using System.Net.Sockets;

namespace Sentinel.Worker.Endpoints;

/// <summary>Tries to listen on an address, before anything is started that would have to be stopped again.</summary>
internal static class AddressProbe
{
    /// <returns>Why nobody can listen there now, or null.</returns>
    public static string? Try(string url)
    {
        var address = BindingAddress.Parse(url);
        var ip = address.Host is "localhost" ? IPAddress.Loopback
            : IPAddress.TryParse(address.Host.Trim('[', ']'), out var given) ? given
            : IPAddress.Any;
        using var listener = new TcpListener(ip, address.Port);
        try
        {
            listener.Start();
            return null;
        }
        catch (SocketException fault) when (fault.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            return $"port {address.Port} is in use by another program. Stop it, or choose another address.";
        }
        catch (SocketException fault)
        {
            return $"Sentinel cannot listen on {url} ({fault.Message}). Choose another address.";
        }
    }
}
