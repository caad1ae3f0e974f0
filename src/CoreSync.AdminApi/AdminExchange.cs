using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.AdminApi.SignIn;
using CoreSync.Application.Items;
using CoreSync.Application.Lists;
using CoreSync.Errors;
using FluentResults;
using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.AdminApi;

/// <summary>One admitted request of the API and its answer: reads strictly, sends one request to the core, writes the shape or the problem.</summary>
internal sealed class AdminExchange(HttpContext context)
{
    // Unknown, doubled and missing members are errors: a typing error must not change something else than was meant (A05).
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 16,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>The options that bodies are read with, and described by.</summary>
    public static JsonSerializerOptions BodyOptions => Strict;

    public HttpContext Context { get; } = context;

    public ICurrentAdmin Admin => Context.RequestServices.GetRequiredService<ICurrentAdmin>();

    public CancellationToken Aborted => Context.RequestAborted;

    /// <summary>A value of the path; the endpoint has it.</summary>
    public string Route(string name) => Convert.ToString(Context.Request.RouteValues[name], CultureInfo.InvariantCulture) ?? "";

    /// <summary>A value of the query; null when it is not given.</summary>
    public string? Query(string name) => Context.Request.Query.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : null;

    /// <summary>A flag of the query: absent, <c>true</c> or <c>false</c>.</summary>
    /// <exception cref="CoreSyncException">With <see cref="ApiRequestInvalidError"/>.</exception>
    public bool Flag(string name) => Query(name) switch
    {
        null or "false" => false,
        "true" => true,
        var other => throw Invalid($"{name} is true or false, not '{other}'"),
    };

    /// <summary>A number of the query within its limits.</summary>
    /// <exception cref="CoreSyncException">With <see cref="ApiRequestInvalidError"/>.</exception>
    public int Number(string name, int otherwise, int least, int most)
    {
        if (Query(name) is not { } text)
            return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw Invalid($"{name} is a number from {least} to {most}, not '{text}'");
    }

    /// <summary>An enum value of the query by its camel-case name; null when it is not given.</summary>
    /// <exception cref="CoreSyncException">With <see cref="ApiRequestInvalidError"/>.</exception>
    public T? Choice<T>(string name)
        where T : struct, Enum
    {
        if (Query(name) is not { } text)
            return null;
        foreach (var value in Enum.GetValues<T>())
        {
            if (Json.Enum(value) == text)
                return value;
        }

        throw Invalid($"{name} is one of {string.Join(", ", Enum.GetValues<T>().Select(value => Json.Enum(value)))}, not '{text}'");
    }

    /// <summary>The body as an object of this form.</summary>
    /// <exception cref="CoreSyncException">With <see cref="ApiRequestInvalidError"/>.</exception>
    public async Task<T> ReadAsync<T>()
        where T : class
    {
        if (!Context.Request.HasJsonContentType())
            throw Invalid($"the body is JSON (Content-Type: application/json), not '{Context.Request.ContentType}'");
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(Context.Request.Body, Strict, Aborted).ConfigureAwait(false) ?? throw Invalid("the body is an object, not null");
        }
        catch (JsonException ex)
        {
            // The library's text names classes of this program; the place in the body is what helps.
            throw new CoreSyncException(new ApiRequestInvalidError(Explain(ex)), ex);
        }
    }

    /// <summary>Sends a request to the core.</summary>
    /// <exception cref="ApiFailure">It failed.</exception>
    public async Task<T> AskAsync<T>(IRequest<Result<T>> request) => (await SendAsync(request).ConfigureAwait(false)).Value;

    /// <summary>Sends a request to the core and answers with its value in a shape.</summary>
    public async Task AnswerAsync<T>(IRequest<Result<T>> request, string schema, Func<T, JsonObject> shape) =>
        await AnswerAsync(schema, shape(await AskAsync(request).ConfigureAwait(false))).ConfigureAwait(false);

    /// <summary>Sends a request to the core and answers with a list.</summary>
    public async Task AnswerListAsync<T>(IRequest<Result<IReadOnlyList<T>>> request, string schema, Func<T, JsonObject> shape) =>
        await AnswerAsync(schema, new JsonObject { ["items"] = Json.List(await AskAsync(request).ConfigureAwait(false), shape) }).ConfigureAwait(false);

    /// <summary>Sends a request to the core and answers with a page of a list.</summary>
    public async Task AnswerPageAsync<T>(IRequest<Result<Page<T>>> request, string schema, Func<T, JsonObject> shape)
    {
        var page = await AskAsync(request).ConfigureAwait(false);
        await AnswerAsync(schema, new JsonObject { ["items"] = Json.List(page.Items, shape), ["page"] = page.Number, ["size"] = page.Size, ["total"] = page.Total }).ConfigureAwait(false);
    }

    /// <summary>The page asked for.</summary>
    /// <exception cref="CoreSyncException">With <see cref="ApiRequestInvalidError"/>.</exception>
    public PageNumber Page() => new(Number("page", 1, 1, 1_000_000), Number("size", 50, 1, PageNumber.MaxSize));

    /// <summary>Refuses an account that may not write items of a component (R4).</summary>
    /// <exception cref="CoreSyncException">With <see cref="RightsMissingError"/>.</exception>
    public void MustWrite(string component)
    {
        var account = Admin.Account;
        if (account.Components.Count > 0 && account.Components.All(allowed => allowed.Value != component))
            throw new CoreSyncException(new RightsMissingError(account.Name, "edit", component));
    }

    /// <summary>Refuses an account that may not write the component of an item (R4).</summary>
    /// <exception cref="CoreSyncException">With <see cref="RightsMissingError"/>.</exception>
    public async Task MustWriteItemAsync(params IEnumerable<string> ids)
    {
        if (Admin.Account.Components.Count == 0)
            return;
        foreach (var id in ids)
            MustWrite((await AskAsync(new ShowItem(id)).ConfigureAwait(false)).Item.Component.Value);
    }

    /// <summary>Sends a request to the core that has no answer but that it was done.</summary>
    public async Task DoAsync(IRequest<Result> request)
    {
        await SendAsync(request).ConfigureAwait(false);
        Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Answers with an object of a schema; its members are taken out of <paramref name="json"/>.</summary>
    public Task AnswerAsync(string schema, JsonObject json, int status = StatusCodes.Status200OK)
    {
        Context.Response.StatusCode = status;
        Context.Response.ContentType = "application/json";
        return Context.Response.WriteAsync(Json.Line(Json.Answer(schema, json)), Aborted);
    }

    /// <summary>The refusal of a request that cannot be understood.</summary>
    public static CoreSyncException Invalid(string reason) => new(new ApiRequestInvalidError(reason));

    private async Task<TResult> SendAsync<TResult>(IRequest<TResult> request)
        where TResult : ResultBase
    {
        var result = await Context.RequestServices.GetRequiredService<IMediator>().Send(request, Aborted).ConfigureAwait(false);
        return result.IsSuccess ? result : throw new ApiFailure([.. result.Errors.OfType<CoreSyncError>()]);
    }

    private static string Explain(JsonException ex)
    {
        var place = ex.Path is null or "$" ? "" : $" at {ex.Path}";
        if (ex.Message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
            return $"unknown member{place}";
        if (ex.Message.Contains("missing required properties", StringComparison.Ordinal))
            return "a member is missing: " + ex.Message[(ex.Message.LastIndexOf(':') + 1)..].Trim();
        if (ex.Message.Contains("Duplicate property", StringComparison.Ordinal))
            return $"a member is there twice{place}";
        return ex.LineNumber is { } line && place.Length == 0
            ? $"the body is no JSON of this operation (line {line + 1}, byte {ex.BytePositionInLine})"
            : $"the value{place} does not fit";
    }
}

/// <summary>A use case failed with these errors; caught once, around every operation.</summary>
internal sealed class ApiFailure(IReadOnlyList<CoreSyncError> errors) : Exception(errors.Count == 0 ? "a failure without an error" : errors[0].Message)
{
    /// <summary>What went wrong; never empty.</summary>
    public IReadOnlyList<CoreSyncError> Errors { get; } = errors.Count == 0 ? [new UnexpectedError("a failure without an error")] : errors;
}
