using CoreSync.Errors;
using CoreSync.Servers;

namespace CoreSync.Domain.Tests.Servers;

public sealed class CoreServerTests
{
    private static readonly Fqdn Self = Some.FqdnOf("core1.example.net");

    [Theory]
    [InlineData("core1.example.net")]
    [InlineData("CORE1.EXAMPLE.NET.:8443")]
    public void A_core_cannot_be_its_own_target_by_name(string text)
    {
        var added = CoreServer.Add(Some.Target, CoreAddress.Parse(text).Value, Self, "", enabled: true, Some.Now);

        Assert.True(added.HasError<TargetIsSelfError>());
    }

    [Fact]
    public void A_core_cannot_be_its_own_target_under_another_name()
    {
        var server = Server();

        Assert.True(server.Meet(Some.Core, self: Some.Core).HasError<TargetIsSelfError>());
        Assert.Null(server.KnownCore);
    }

    [Fact]
    public void The_first_core_behind_a_name_is_remembered()
    {
        var server = Server();

        Assert.True(server.Meet(Some.OtherCore, self: Some.Core).IsSuccess);
        Assert.Equal(Some.OtherCore, server.KnownCore);
        Assert.True(server.Meet(Some.OtherCore, self: Some.Core).IsSuccess);
    }

    [Fact]
    public void Another_core_behind_the_same_name_is_refused_until_a_person_accepts_it()
    {
        var server = Server();
        var rebuilt = new CoreId(new Guid("c0de0000-0000-4000-8000-000000000003"));
        server.Meet(Some.OtherCore, self: Some.Core);

        Assert.True(server.Meet(rebuilt, self: Some.Core).HasError<TargetReplacedError>());
        Assert.Equal(Some.OtherCore, server.KnownCore);

        server.AcceptReplacement(rebuilt);

        Assert.True(server.Meet(rebuilt, self: Some.Core).IsSuccess);
    }

    [Fact]
    public void A_description_that_is_too_long_changes_nothing()
    {
        var server = Server();
        var tooLong = new string('x', CoreServer.MaxDescriptionLength + 1);

        Assert.True(server.Edit(tooLong, new DialAddress("127.0.0.1", 1)).HasError<UsageInvalidError>());
        Assert.Equal("branch office", server.Description);
        Assert.Null(server.Address.Dial);
        Assert.True(CoreServer.Add(Some.Target, server.Address, Self, tooLong, true, Some.Now).HasError<UsageInvalidError>());
    }

    [Fact]
    public void Switching_off_and_on_keeps_what_is_known()
    {
        var server = Server();
        server.Meet(Some.OtherCore, self: Some.Core);
        server.RecordSuccess(Some.Now);

        server.Enable(false);
        server.Enable(true);

        Assert.True(server.IsEnabled);
        Assert.Equal(Some.OtherCore, server.KnownCore);
        Assert.Equal(Some.Now, server.LastSuccess);
    }

    private static CoreServer Server() => CoreServer.Add(Some.Target, new CoreAddress(Some.Fqdn), Self, "branch office", enabled: true, Some.Now).Value;
}
