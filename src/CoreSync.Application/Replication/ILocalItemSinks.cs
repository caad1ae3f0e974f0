using CoreSync.Accounts;

namespace CoreSync.Application.Replication;

/// <summary>Opens the receiving side of this core for an account that signed in.</summary>
public interface ILocalItemSinks
{
    /// <summary>A sink that accepts what the account may write (R4); rights are read again at every call (R7).</summary>
    IItemSink For(Account writer);
}
