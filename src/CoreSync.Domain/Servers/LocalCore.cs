namespace CoreSync.Servers;

/// <summary>This core itself (C1).</summary>
/// <param name="Id">Made at <c>init</c>.</param>
/// <param name="Name">Its FQDN: the name in its certificate.</param>
/// <param name="Role">What it does in the topology.</param>
/// <param name="StoreId">The incarnation of its store: checkpoints of other cores are valid for this one only (P6).</param>
/// <param name="CertificateStoreName">The platform certificate store that holds the authorised certificates (T2).</param>
/// <param name="CreatedAt">When <c>init</c> ran.</param>
public sealed record LocalCore(CoreId Id, Fqdn Name, CoreRole Role, Guid StoreId, string CertificateStoreName, DateTimeOffset CreatedAt);
