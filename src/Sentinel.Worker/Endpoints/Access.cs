using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;

namespace Sentinel.Worker.Endpoints;

/// <summary>
/// Who may ask. With a token, whoever sends it, compared in constant time; /healthz and /readyz answer everybody, but only with yes or no.
/// Without one Sentinel listens on loopback alone, and refuses what a web page could make a browser on this machine send.
/// </summary>
internal sealed class Access(HttpOptions options) : IMiddleware
{
    private const string Scheme = "Bearer ";

    private readonly byte[]? _token = options.Token is { } token ? Hash(token) : null;

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        // The server itself would find out only when somebody reads the body.
        if (request.ContentLength > context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize)
        {
            return RefuseAsync(context, StatusCodes.Status413PayloadTooLarge);
        }

        if (IsFromWebPage(request))
        {
            return RefuseAsync(context, StatusCodes.Status403Forbidden);
        }

        var isOpen = context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        if (isOpen || Knows(request))
        {
            return next(context);
        }

        context.Response.Headers.WWWAuthenticate = Scheme.TrimEnd();
        return RefuseAsync(context, StatusCodes.Status401Unauthorized);
    }

    /// <summary>True when the caller sent the token, or none is asked for.</summary>
    public bool Knows(HttpRequest request)
    {
        if (_token is null)
        {
            return true;
        }

        var sent = request.Headers.Authorization.ToString();
        // Hashes are of one length, so that not even the token's length shows in the time this takes.
        return sent.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(_token, Hash(sent[Scheme.Length..].Trim()));
    }

    /// <summary>
    /// True for what another site's page sends: with another name for this machine (DNS rebinding), or a change with a foreign Origin.
    /// A token needs no such protection, because no page knows it.
    /// </summary>
    private bool IsFromWebPage(HttpRequest request)
    {
        if (_token is not null)
        {
            return false;
        }

        var changes = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);
        var origin = request.Headers.Origin.ToString();
        return !HttpOptions.IsLoopback(request.Host.Host)
            || (changes && origin.Length > 0 && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase));
    }

    private static Task RefuseAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
