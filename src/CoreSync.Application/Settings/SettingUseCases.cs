using CoreSync.Settings;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Settings;

/// <summary>Keeps values of settings as text; absent means default.</summary>
public interface ISettingStore
{
    /// <summary>All stored values.</summary>
    Task<IReadOnlyDictionary<string, string>> AllAsync(CancellationToken cancellationToken);

    /// <summary>Stores a checked value.</summary>
    Task SetAsync(Setting setting, string value, CancellationToken cancellationToken);
}

/// <summary>Lists all settings with their values.</summary>
public sealed record ListSettings : IRequest<Result<IReadOnlyList<SettingView>>>;

/// <summary>Reads one setting.</summary>
public sealed record GetSetting(string Key) : IRequest<Result<SettingView>>;

/// <summary>Changes one setting; running services see it within a second.</summary>
public sealed record SetSetting(string Key, string Value) : IRequest<Result<SettingView>>;

/// <summary>A setting and its value.</summary>
public sealed record SettingView(Setting Setting, string Value, bool IsDefault);
