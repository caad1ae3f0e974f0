using CoreSync.Accounts;
using CoreSync.Ldap;
using Microsoft.Extensions.Time.Testing;

namespace CoreSync.EndToEnd.Tests.Ldap;

public sealed class GroupWalkTests
{
    [Fact]
    public void Groups_that_hold_each_other_are_looked_at_once()
    {
        var asked = new List<string>();

        var (groups, isBounded) = GroupWalk.From("uid=a,dc=x", 8, Parents(asked, new() { ["uid=a,dc=x"] = ["cn=one,dc=x"], ["cn=one,dc=x"] = ["cn=two,dc=x"], ["cn=two,dc=x"] = ["CN=ONE,DC=x"] }));

        Assert.Equal(2, groups.Count);
        Assert.False(isBounded);
        Assert.Equal(["uid=a,dc=x", "cn=one,dc=x", "cn=two,dc=x"], asked);
    }

    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(3, 3, true)]
    [InlineData(20, 10, false)]
    public void Depth_is_bounded(int depth, int found, bool bounded)
    {
        var chain = Enumerable.Range(0, 10).ToDictionary(i => i == 0 ? "uid=a,dc=x" : $"cn=g{i},dc=x", i => (string[])[$"cn=g{i + 1},dc=x"]);

        var (groups, isBounded) = GroupWalk.From("uid=a,dc=x", depth, Parents([], chain));

        Assert.Equal((found, bounded), (groups.Count, isBounded));
    }

    [Fact]
    public void Number_is_bounded()
    {
        var wide = new Dictionary<string, string[]> { ["uid=a,dc=x"] = [.. Enumerable.Range(0, 600).Select(i => $"cn=g{i},dc=x")] };

        var (groups, isBounded) = GroupWalk.From("uid=a,dc=x", 8, Parents([], wide));

        Assert.Equal((GroupWalk.MaxGroups, true), (groups.Count, isBounded));
    }

    [Fact]
    public async Task An_answer_is_used_for_two_seconds_by_all_who_ask()
    {
        var time = new FakeTimeProvider();
        var cache = new AccountCache(time);
        var questions = 0;
        Task<FluentResults.Result<Account?>> AskAsync()
        {
            questions++;
            return Task.FromResult(FluentResults.Result.Ok<Account?>(new Account("a", Rights.View, [], "s")));
        }

        await cache.FindAsync("a", AskAsync, CancellationToken.None);
        await cache.FindAsync("a", AskAsync, CancellationToken.None);
        Assert.Equal(1, questions);
        time.Advance(AccountCache.Lifetime);
        await cache.FindAsync("a", AskAsync, CancellationToken.None);

        Assert.Equal(2, questions);
    }

    private static Func<IReadOnlyList<string>, (IReadOnlyList<string>, bool)> Parents(List<string> asked, Dictionary<string, string[]> parents) => members =>
    {
        asked.AddRange(members);
        return ([.. members.SelectMany(member => parents.GetValueOrDefault(member, []))], false);
    };
}
