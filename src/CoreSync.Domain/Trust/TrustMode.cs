namespace CoreSync.Trust;

/// <summary>What the trust in a target rests on. Chosen by a person for each target.</summary>
public enum TrustMode
{
    /// <summary>On the fingerprint of one certificate that a person authorised: the default.</summary>
    Explicit,

    /// <summary>Beside that, on a certificate without any problem that chains to a trusted root: such a one needs no person, at first contact and when it changes.</summary>
    Chain,
}
