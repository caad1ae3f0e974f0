namespace CoreSync.Application;

/// <summary>Who acts through this host, for the trust history (T14).</summary>
/// <param name="Name">The account or operating-system user.</param>
/// <param name="Origin">From where: <c>console</c>, <c>service</c>, an address.</param>
public sealed record Actor(string Name, string Origin)
{
    /// <summary>Whether <see cref="Name"/> is an account that signed in on this core; a user of the operating system, or of a program around this core, may bear the same name by chance.</summary>
    public bool IsAccount { get; init; }

    /// <summary>Whether this is somebody who signed in with an account.</summary>
    /// <param name="account">Its name; case does not count.</param>
    public bool Uses(string account) => IsAccount && Name.Equals(account, StringComparison.OrdinalIgnoreCase);

    /// <summary>The engine itself: it observes, it never decides.</summary>
    public static Actor Engine { get; } = new("service", "engine");
}
