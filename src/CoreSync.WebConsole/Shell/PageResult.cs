using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CoreSync.WebConsole.Shell;

/// <summary>Renders a page once, for one request.</summary>
/// <remarks>
/// The renderer of components is used by itself. The services of Blazor's endpoints would bring antiforgery and data protection of their own, whose keys end up in the home directory
/// of the service, and would meddle with those of a host that uses Blazor.
/// </remarks>
internal sealed class PageResult(Dictionary<string, object?> parameters, int status) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var services = httpContext.RequestServices;
        var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        await using (renderer.ConfigureAwait(false))
        {
            var page = await renderer.Dispatcher.InvokeAsync(() => renderer.RenderComponentAsync<ConsoleDocument>(ParameterView.FromDictionary(parameters))).ConfigureAwait(false);
            response.StatusCode = status;
            response.ContentType = "text/html; charset=utf-8";
            await renderer.Dispatcher.InvokeAsync(() =>
            {
                using var writer = new BodyTextWriter(response.BodyWriter);
                page.WriteHtmlTo(writer);
            }).ConfigureAwait(false);
        }

        await response.BodyWriter.FlushAsync(httpContext.RequestAborted).ConfigureAwait(false);
    }

    // Straight into the buffers of the server: a long list makes no string of its own size.
    private sealed class BodyTextWriter(PipeWriter body) : TextWriter(System.Globalization.CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => Write([value]);

        public override void Write(string? value) => Write(value.AsSpan());

        public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

        public override void Write(ReadOnlySpan<char> buffer) => Encoding.UTF8.GetBytes(buffer, body);
    }
}
