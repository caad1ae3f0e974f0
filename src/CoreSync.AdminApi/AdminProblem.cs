using System.Globalization;
using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Errors;
using Microsoft.AspNetCore.Http;

namespace CoreSync.AdminApi;

/// <summary>Errors as the API tells them: one problem object (RFC 9457) with our code, kind, text, next step and values.</summary>
internal static class AdminProblem
{
    public const string MediaType = "application/problem+json";

    /// <summary>Answers an error.</summary>
    public static Task WriteAsync(HttpContext context, CoreSyncError error, int? status = null) => WriteAsync(context, [error], status);

    /// <summary>Answers errors; the first decides the status.</summary>
    public static Task WriteAsync(HttpContext context, IReadOnlyList<CoreSyncError> errors, int? status = null)
    {
        var first = errors[0];
        var response = context.Response;
        response.StatusCode = status ?? StatusOf(first);
        if (response.StatusCode == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer";
        if (first is SignInSlowedError slowed)
            response.Headers.RetryAfter = slowed.Seconds.ToString(CultureInfo.InvariantCulture);
        response.ContentType = MediaType;
        return response.WriteAsync(Json.Line(Problem(errors, response.StatusCode)), context.RequestAborted);
    }

    /// <summary>The HTTP status of an error.</summary>
    public static int StatusOf(CoreSyncError error) => error switch
    {
        SignInRefusedError or TokenInvalidError => StatusCodes.Status401Unauthorized,
        SignInSlowedError => StatusCodes.Status429TooManyRequests,
        StoreFullError => StatusCodes.Status507InsufficientStorage,
        ItemTooLargeError => StatusCodes.Status413PayloadTooLarge,
        _ => error.Kind switch
        {
            ErrorKind.Invalid => StatusCodes.Status400BadRequest,
            ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
            ErrorKind.NotFound => StatusCodes.Status404NotFound,
            ErrorKind.Conflict or ErrorKind.NotTrusted => StatusCodes.Status409Conflict,
            ErrorKind.Rejected => StatusCodes.Status422UnprocessableEntity,
            // Another core is away, not this one.
            ErrorKind.Unavailable => error.Code.StartsWith("target.", StringComparison.Ordinal) ? StatusCodes.Status502BadGateway : StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        },
    };

    private static JsonObject Problem(IReadOnlyList<CoreSyncError> errors, int status)
    {
        var problem = Of(errors[0]);
        problem.Insert(2, "status", status);
        if (errors.Count > 1)
            problem["errors"] = Json.List(errors.Skip(1), Of);
        return problem;
    }

    /// <summary>One error.</summary>
    public static JsonObject Of(CoreSyncError error) => new()
    {
        ["type"] = "urn:coresync:error:" + error.Code,
        ["title"] = ApiTexts.TitleOf(error.Kind),
        ["detail"] = error.MessageIn(CultureInfo.CurrentUICulture),
        ["code"] = error.Code,
        ["kind"] = Json.Enum(error.Kind),
        ["hint"] = error.HintIn(CultureInfo.CurrentUICulture),
        ["values"] = new JsonObject(error.Arguments.Select(value =>
            KeyValuePair.Create(value.Name, (JsonNode?)JsonValue.Create(Convert.ToString(value.Value, CultureInfo.InvariantCulture))))),
    };
}
