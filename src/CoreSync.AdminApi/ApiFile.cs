using CoreSync.Application;
using CoreSync.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CoreSync.AdminApi;

/// <summary>
/// A file that comes or goes through the API, in <c>tmp/</c> of the data directory for as long as the request lasts. Callers name no file of this machine: what they send is written
/// here, what they ask for is read from here.
/// </summary>
internal sealed class ApiFile : IDisposable
{
    private ApiFile(string path) => Path = path;

    /// <summary>Absolute; nothing else has this name.</summary>
    public string Path { get; }

    /// <summary>A name for a file that is to be made.</summary>
    public static ApiFile Reserve(HttpContext context)
    {
        var folder = System.IO.Path.Combine(context.RequestServices.GetRequiredService<IOptions<CoreSyncOptions>>().Value.DataDirectory, "tmp");
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new CoreSyncException(new StoreUnwritableError(folder, ex.Message), ex);
        }

        return new ApiFile(System.IO.Path.Combine(folder, "api-" + context.RequestServices.GetRequiredService<IRandomSource>().NewGuid().ToString("N")));
    }

    /// <summary>The body of a request as a file.</summary>
    /// <exception cref="CoreSyncException">The disk failed or is full.</exception>
    public static async Task<ApiFile> ReceiveAsync(HttpContext context)
    {
        var file = Reserve(context);
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var target = new FileStream(file.Path, options);
            await using (target.ConfigureAwait(false))
                await context.Request.Body.CopyToAsync(target, context.RequestAborted).ConfigureAwait(false);
            return file;
        }
        catch (Exception ex) when (ex is UnauthorizedAccessException || ex is IOException && !context.RequestAborted.IsCancellationRequested && ex is not BadHttpRequestException)
        {
            file.Dispose();
            throw new CoreSyncException(new StoreUnwritableError(file.Path, ex.Message), ex);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Answers with the file as a download.</summary>
    public async Task SendAsync(HttpContext context, string mediaType, string name)
    {
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = new FileInfo(Path).Length;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        await context.Response.SendFileAsync(Path, context.RequestAborted).ConfigureAwait(false);
    }

    public void Dispose()
    {
        try
        {
            File.Delete(Path);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            // tmp/ is safe to empty; it is emptied when the core starts anew.
        }
    }
}
