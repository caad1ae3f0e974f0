using Microsoft.Extensions.Options;

namespace CoreSync.AdminApi;

/// <summary>Checks the options when the host starts, all faults at once.</summary>
internal sealed class CoreSyncAdminOptionsValidator : IValidateOptions<CoreSyncAdminOptions>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, CoreSyncAdminOptions options)
    {
        var faults = new List<string>();
        Check(options.IdleTimeout, Minute, Day, nameof(options.IdleTimeout));
        Check(options.SessionLifetime, options.IdleTimeout, TimeSpan.FromDays(30), nameof(options.SessionLifetime));
        Check(options.TokenLifetime, Minute, Day, nameof(options.TokenLifetime));
        if (!CoreSyncAdminOptions.Cultures.Contains(options.DefaultCulture))
            faults.Add($"{nameof(options.DefaultCulture)}: '{options.DefaultCulture}' has no texts; use one of {string.Join(", ", CoreSyncAdminOptions.Cultures)}");
        if (!options.CookieName.StartsWith("__Host-", StringComparison.Ordinal) || options.CookieName.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')))
            faults.Add($"{nameof(options.CookieName)}: '{options.CookieName}' does not begin with __Host-, or holds more than letters, digits, - and _");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Check(TimeSpan value, TimeSpan least, TimeSpan most, string option)
        {
            if (value < least || value > most)
                faults.Add($"{option}: {value} is not from {least} to {most}");
        }
    }
}
