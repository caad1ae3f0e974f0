using CoreSync.AdminApi.Access;
using CoreSync.AdminApi.Shapes;
using Microsoft.AspNetCore.Http;

namespace CoreSync.AdminApi.Endpoints;

/// <summary>One operation of the API as it is described: metadata of its endpoint, and what the OpenAPI document is made of.</summary>
internal sealed class ApiOperation(string method, string path, AdminAccess access, string summary)
{
    private readonly List<ApiParameter> query = [];
    private readonly SortedSet<string> errors = new(StringComparer.Ordinal);

    public string Method { get; } = method;

    /// <summary>The path as a template, such as <c>/api/v1/targets/{fqdn}</c>.</summary>
    public string Path { get; } = path;

    public AdminAccess Access { get; } = access;

    public string Summary { get; } = summary;

    public IReadOnlyList<ApiParameter> Query => query;

    /// <summary>The type of a JSON body; null when it has none, or one that is no JSON.</summary>
    public Type? Body { get; private set; }

    /// <summary>The media type of a body that is no JSON; null when there is none.</summary>
    public string? BodyMediaType { get; private set; }

    /// <summary>What the answer looks like; null when there is none.</summary>
    public Shape? Answer { get; private set; }

    /// <summary>The media type of the answer.</summary>
    public string AnswerMediaType { get; private set; } = "application/json";

    /// <summary>The status of success.</summary>
    public int Status { get; private set; } = StatusCodes.Status204NoContent;

    /// <summary>The codes of errors that belong to this operation, beside those that every operation may answer.</summary>
    public IReadOnlyCollection<string> Errors => errors;

    public ApiOperation Takes(string name, string description)
    {
        query.Add(new ApiParameter(name, description));
        return this;
    }

    public ApiOperation Reads<T>()
    {
        Body = typeof(T);
        return this;
    }

    public ApiOperation ReadsBytes(string mediaType)
    {
        BodyMediaType = mediaType;
        return this;
    }

    public ApiOperation Answers(Shape shape, int status = StatusCodes.Status200OK)
    {
        Answer = shape;
        Status = status;
        return this;
    }

    public ApiOperation AnswersBytes(string mediaType)
    {
        AnswerMediaType = mediaType;
        Status = StatusCodes.Status200OK;
        return this;
    }

    public ApiOperation Fails(params ReadOnlySpan<string> codes)
    {
        foreach (var code in codes)
            errors.Add(code);
        return this;
    }

    /// <summary>Refuses parameters that do not exist or come twice: a typing error in a filter must not show everything.</summary>
    /// <exception cref="Errors.CoreSyncException">With <c>ApiRequestInvalidError</c>.</exception>
    public void CheckQuery(IQueryCollection given)
    {
        foreach (var (name, values) in given)
        {
            if (query.All(parameter => parameter.Name != name))
                throw AdminExchange.Invalid($"unknown parameter '{name}'; " + (query.Count == 0 ? "there are none here" : $"there are {string.Join(", ", query.Select(one => one.Name))}"));
            if (values.Count > 1)
                throw AdminExchange.Invalid($"parameter '{name}' is given {values.Count} times");
        }
    }
}

/// <summary>A parameter of the query.</summary>
internal sealed record ApiParameter(string Name, string Description);
