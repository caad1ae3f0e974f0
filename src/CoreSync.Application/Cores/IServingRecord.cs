using CoreSync.Servers;

namespace CoreSync.Application.Cores;

/// <summary>Remembers where the running service listens, for other processes that look after the core.</summary>
public interface IServingRecord
{
    /// <summary>The last service that started; null when none ever did.</summary>
    Task<Serving?> FindAsync(CancellationToken cancellationToken);

    /// <summary>Replaces it.</summary>
    Task SaveAsync(Serving serving, CancellationToken cancellationToken);
}

/// <summary>A service that started.</summary>
/// <param name="Host">The IP address that it listens on; all addresses as <c>0.0.0.0</c> or <c>::</c>.</param>
/// <param name="Port">The port.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Version">Of CoreSync.</param>
/// <param name="Runtime">Of .NET.</param>
/// <param name="StartedAt">When.</param>
public sealed record Serving(string Host, int Port, int ProcessId, string Version, string Runtime, DateTimeOffset StartedAt)
{
    /// <summary>Where a process of the same machine reaches it.</summary>
    public DialAddress ToDial() => new(Host switch { "0.0.0.0" => "127.0.0.1", "::" => "::1", var host => host }, Port);
}
