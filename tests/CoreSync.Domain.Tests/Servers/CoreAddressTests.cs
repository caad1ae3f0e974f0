using CoreSync.Errors;
using CoreSync.Servers;

namespace CoreSync.Domain.Tests.Servers;

public sealed class CoreAddressTests
{
    [Theory]
    [InlineData("core2.example.net", 443)]
    [InlineData("core2.example.net:8443", 8443)]
    [InlineData(" CORE2.example.net:1 ", 1)]
    [InlineData("core2.example.net.:65535", 65535)]
    public void A_name_may_carry_a_port(string text, int port)
    {
        var address = CoreAddress.Parse(text).Value;

        Assert.Equal("core2.example.net", address.Fqdn.Ascii);
        Assert.Equal(port, address.Port);
        Assert.Null(address.Dial);
        Assert.Equal(new DialAddress("core2.example.net", port), address.Endpoint);
    }

    [Theory]
    [InlineData("core2.example.net:")]
    [InlineData("core2.example.net:0")]
    [InlineData("core2.example.net:65536")]
    [InlineData("core2.example.net:-1")]
    [InlineData("core2.example.net:+443")]
    [InlineData("core2.example.net: 443")]
    [InlineData("core2.example.net:4 43")]
    [InlineData("core2.example.net:0x1bb")]
    [InlineData("core2.example.net:٤٤٣")]
    [InlineData("core2.example.net:https")]
    [InlineData("core2.example.net:99999999999")]
    public void A_port_is_a_number_from_1_to_65535(string text)
    {
        Assert.True(CoreAddress.Parse(text).HasError<PortInvalidError>());
    }

    [Theory]
    [InlineData("10.0.0.1:443")]
    [InlineData("::1")]
    [InlineData("2001:db8::1")]
    [InlineData("[::1]")]
    [InlineData("[::1]:443")]
    [InlineData("[2001:db8::1]:8443")]
    public void An_address_is_refused_as_such_with_or_without_a_port(string text)
    {
        Assert.True(CoreAddress.Parse(text).HasError<FqdnIsAddressError>());
    }

    [Fact]
    public void Two_ports_of_one_name_are_the_same_core()
    {
        Assert.Equal(CoreAddress.Parse("core2.example.net").Value.Fqdn, CoreAddress.Parse("Core2.Example.Net:8443").Value.Fqdn);
    }

    [Theory]
    [InlineData("127.0.0.1:8443", "127.0.0.1", 8443, "127.0.0.1:8443")]
    [InlineData("127.0.0.1", "127.0.0.1", 443, "127.0.0.1:443")]
    [InlineData("[::1]:8443", "::1", 8443, "[::1]:8443")]
    [InlineData("::1", "::1", 443, "[::1]:443")]
    [InlineData("localhost:9000", "localhost", 9000, "localhost:9000")]
    public void The_address_to_dial_may_be_anything_that_can_be_dialled(string text, string host, int port, string shown)
    {
        var dial = DialAddress.Parse(text, 443).Value;

        Assert.Equal(new DialAddress(host, port), dial);
        Assert.Equal(shown, dial.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(":443")]
    [InlineData("two words:443")]
    [InlineData("host/path")]
    [InlineData("a:b:443")]
    [InlineData("host:port")]
    public void What_cannot_be_dialled_is_refused(string text)
    {
        Assert.True(DialAddress.Parse(text, 443).IsFailed);
    }

    [Fact]
    public void Where_to_dial_changes_neither_name_nor_port()
    {
        var address = CoreAddress.Parse("core2.example.net:8443").Value with { Dial = new DialAddress("127.0.0.1", 9000) };

        Assert.Equal("core2.example.net:8443", address.ToString());
        Assert.Equal("127.0.0.1:9000", address.Endpoint.ToString());
    }
}
