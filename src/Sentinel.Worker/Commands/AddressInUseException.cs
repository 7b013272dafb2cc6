using System.Net;
using System.Net.Sockets;

namespace Sentinel.Worker.Commands;

/// <summary>Another program listens where Sentinel should.</summary>
public sealed class AddressInUseException(string message, Exception inner) : Exception(message, inner)
{
    /// <summary>Tries each address, before anything is started that would have to be stopped again.</summary>
    /// <param name="urls">Addresses, separated by ';'.</param>
    internal static void ThrowIfTaken(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var address = BindingAddress.Parse(url);
            var ip = address.Host is "localhost" ? IPAddress.Loopback
                : IPAddress.TryParse(address.Host.Trim('[', ']'), out var given) ? given
                : IPAddress.Any;
            using var listener = new TcpListener(ip, address.Port);
            try
            {
                listener.Start();
            }
            catch (SocketException fault) when (fault.SocketErrorCode is SocketError.AddressAlreadyInUse)
            {
                throw new AddressInUseException(
                    $"Port {address.Port} is in use by another program. Stop it, or choose another address with Sentinel:Http:Urls.", fault);
            }
            catch (SocketException fault)
            {
                throw new AddressInUseException(
                    $"Sentinel cannot listen on {url} ({fault.Message}). Choose another address with Sentinel:Http:Urls.", fault);
            }
        }
    }
}
