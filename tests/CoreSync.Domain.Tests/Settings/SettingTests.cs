using CoreSync.Errors;
using CoreSync.Settings;

namespace CoreSync.Domain.Tests.Settings;

public sealed class SettingTests
{
    [Fact]
    public void Every_setting_is_listed_once_and_its_default_is_allowed()
    {
        var declared = typeof(Setting).GetFields().Where(field => field.FieldType == typeof(Setting)).Select(field => (Setting)field.GetValue(null)!).ToList();

        Assert.NotEmpty(declared);
        Assert.Equal(declared.Select(setting => setting.Key).Order(StringComparer.Ordinal), Setting.All.Select(setting => setting.Key));
        Assert.All(Setting.All, setting => Assert.Equal(setting.Default, setting.Check(setting.Default).Value));
    }

    [Theory]
    [InlineData("sync.interval-seconds", "1", true)]
    [InlineData("sync.interval-seconds", " 86400 ", true)]
    [InlineData("sync.interval-seconds", "0", false)]
    [InlineData("sync.interval-seconds", "86401", false)]
    [InlineData("sync.interval-seconds", "-1", false)]
    [InlineData("sync.interval-seconds", "1.5", false)]
    [InlineData("sync.interval-seconds", "1e3", false)]
    [InlineData("sync.interval-seconds", "", false)]
    [InlineData("sync.interval-seconds", "99999999999999999999", false)]
    [InlineData("sync.mass-delete-percent", "0", true)]
    [InlineData("sync.mass-delete-percent", "100", true)]
    [InlineData("sync.mass-delete-percent", "101", false)]
    [InlineData("transfer.compression", "OFF", true)]
    [InlineData("transfer.compression", "yes", false)]
    [InlineData("trust.revocation", "hard", true)]
    [InlineData("trust.roots-file", "", true)]
    [InlineData("trust.roots-file", "roots.pem", false)]
    [InlineData("trust.revocation", "true", false)]
    public void A_value_is_checked_against_its_range(string key, string value, bool allowed)
    {
        var check = Setting.Find(key).Value.Check(value);

        Assert.Equal(allowed, check.IsSuccess);
        Assert.Equal(!allowed, check.HasError<SettingInvalidError>());
        if (allowed)
            Assert.Equal(value.Trim().ToLowerInvariant(), check.Value);
    }

    [Fact]
    public void A_key_is_found_whatever_its_case_and_an_unknown_one_is_named()
    {
        Assert.Same(Setting.SyncInterval, Setting.Find(" Sync.Interval-Seconds ").Value);
        Assert.Equal("sync.intervall", Assert.Single(Setting.Find("sync.intervall").Errors.OfType<SettingUnknownError>()).Key);
    }

    // T8: nothing turns the certificate check off.
    [Fact]
    public void No_setting_weakens_trust()
    {
        Assert.Equal(["trust.approve-announced", "trust.client-certificates", "trust.revocation", "trust.roots-file"], Setting.All.Select(setting => setting.Key).Where(key => key.StartsWith("trust.", StringComparison.Ordinal)));
    }
}
