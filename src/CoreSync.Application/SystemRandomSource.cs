using System.Security.Cryptography;

namespace CoreSync.Application;

/// <summary>The operating system's randomness.</summary>
internal sealed class SystemRandomSource : IRandomSource
{
    // Version 7: grows with time, so that indexes over new ids stay compact.
    public Guid NewGuid() => Guid.CreateVersion7();

    public double NextDouble() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
}
