using CoreSync.Settings;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Settings;

internal sealed class ListSettingsHandler(ISettingStore store) : IRequestHandler<ListSettings, Result<IReadOnlyList<SettingView>>>
{
    public async Task<Result<IReadOnlyList<SettingView>>> Handle(ListSettings request, CancellationToken cancellationToken)
    {
        var stored = await store.AllAsync(cancellationToken).ConfigureAwait(false);
        return Result.Ok<IReadOnlyList<SettingView>>([.. Setting.All.Select(setting => setting.ViewOf(stored))]);
    }
}

internal sealed class GetSettingHandler(ISettingStore store) : IRequestHandler<GetSetting, Result<SettingView>>
{
    public async Task<Result<SettingView>> Handle(GetSetting request, CancellationToken cancellationToken)
    {
        var setting = Setting.Find(request.Key);
        return setting.IsFailed ? setting.ToResult<SettingView>() : setting.Value.ViewOf(await store.AllAsync(cancellationToken).ConfigureAwait(false));
    }
}

internal sealed class SetSettingHandler(ISettingStore store, SettingSecrets secrets) : IRequestHandler<SetSetting, Result<SettingView>>
{
    public async Task<Result<SettingView>> Handle(SetSetting request, CancellationToken cancellationToken)
    {
        var setting = Setting.Find(request.Key);
        if (setting.IsFailed)
            return setting.ToResult<SettingView>();
        var value = setting.Value.Check(request.Value);
        if (value.IsFailed)
            return value.ToResult<SettingView>();
        await store.SetAsync(setting.Value, setting.Value.IsSecret ? secrets.Seal(setting.Value, value.Value) : value.Value, cancellationToken).ConfigureAwait(false);
        return setting.Value.ViewOf(await store.AllAsync(cancellationToken).ConfigureAwait(false));
    }
}

internal static class SettingViews
{
    public static SettingView ViewOf(this Setting setting, IReadOnlyDictionary<string, string> stored) =>
        stored.TryGetValue(setting.Key, out var value) && setting.IsSecret ? new SettingView(setting, value.Length == 0 ? "" : SettingSecrets.Shown, value.Length == 0) :
        value is not null ? new SettingView(setting, value, value == setting.Default) : new SettingView(setting, setting.Default, true);
}
