using System.Diagnostics;

namespace CoreSync.Application.Telemetry;

/// <summary>Spans that adapters start.</summary>
public static class Tracing
{
    /// <summary>A request of another core that has signed in; null when nobody listens.</summary>
    /// <param name="parent">The context that it sent; the default when it sent none.</param>
    public static Activity? Receive(ActivityContext parent)
    {
        if (!CoreSyncTelemetry.Source.HasListeners())
            return null;
        // The web server has an activity of its own, which follows whoever asks and is collected by nobody; as its child this one would be dropped.
        Activity.Current = null;
        return CoreSyncTelemetry.Source.StartActivity("coresync.receive", ActivityKind.Server, parent);
    }
}
