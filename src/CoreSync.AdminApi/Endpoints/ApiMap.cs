using CoreSync.Accounts;
using CoreSync.AdminApi.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CoreSync.AdminApi.Endpoints;

/// <summary>Maps operations of the API below its base path, each with what it needs and how it is described.</summary>
internal sealed class ApiMap(AdminRoutes routes)
{
    /// <summary>The base path of all operations.</summary>
    public const string Base = "/api/v1";

    public ApiOperation Get(string path, Rights rights, string summary, Func<AdminExchange, Task> handle) =>
        Map(HttpMethods.Get, path, AdminAccess.Account(rights), summary, handle);

    public ApiOperation Post(
        string path, Rights rights, string summary, Func<AdminExchange, Task> handle, AdminScope scope = AdminScope.Core, long maxBodyBytes = AdminAccess.SmallBody) =>
        Map(HttpMethods.Post, path, AdminAccess.Account(rights, maxBodyBytes, scope: scope), summary, handle);

    public ApiOperation Put(
        string path, Rights rights, string summary, Func<AdminExchange, Task> handle, AdminScope scope = AdminScope.Core, long maxBodyBytes = AdminAccess.SmallBody) =>
        Map(HttpMethods.Put, path, AdminAccess.Account(rights, maxBodyBytes, scope: scope), summary, handle);

    public ApiOperation Patch(string path, Rights rights, string summary, Func<AdminExchange, Task> handle) =>
        Map(HttpMethods.Patch, path, AdminAccess.Account(rights), summary, handle);

    public ApiOperation Delete(string path, Rights rights, string summary, Func<AdminExchange, Task> handle, AdminScope scope = AdminScope.Core) =>
        Map(HttpMethods.Delete, path, AdminAccess.Account(rights, scope: scope), summary, handle);

    public ApiOperation Map(string method, string path, AdminAccess access, string summary, Func<AdminExchange, Task> handle)
    {
        var operation = new ApiOperation(method, Base + path, access, summary);
        routes.Map(method, operation.Path, access, context => RunAsync(context, operation, handle)).WithMetadata(operation);
        return operation;
    }

    private static async Task RunAsync(HttpContext context, ApiOperation operation, Func<AdminExchange, Task> handle)
    {
        try
        {
            operation.CheckQuery(context.Request.Query);
            await handle(new AdminExchange(context)).ConfigureAwait(false);
        }
        catch (ApiFailure failure) when (!context.Response.HasStarted)
        {
            await AdminProblem.WriteAsync(context, failure.Errors).ConfigureAwait(false);
        }
    }
}
