namespace CoreSync.Application;

/// <summary>Who acts through this host, for the trust history (T14).</summary>
/// <param name="Name">The account or operating-system user.</param>
/// <param name="Origin">From where: <c>console</c>, <c>service</c>, an address.</param>
public sealed record Actor(string Name, string Origin)
{
    /// <summary>The engine itself: it observes, it never decides.</summary>
    public static Actor Engine { get; } = new("service", "engine");
}
