namespace CoreSync.Application.Tests.Outbox;

/// <summary>The outbox in a SQLite database.</summary>
public sealed class OutboxRelayTests() : OutboxContract(() => new ProductDatabase());
