using System.Reflection;
using CoreSync.Application.Items;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Measures how fast content that is sent apart comes in at several targets together: from the first byte at any of them to the last.</summary>
internal sealed class ReceivingMeter
{
    private readonly Lock gate = new();
    private long first;
    private long last;
    private long bytes;

    public double BytesPerSecond => bytes / TimeProvider.System.GetElapsedTime(first, last).TotalSeconds;

    public long Bytes => bytes;

    /// <summary>Puts itself before what receives content.</summary>
    public void Install(IServiceCollection services)
    {
        var inner = services.Last(descriptor => descriptor.ServiceType == typeof(IContentInbox));
        services.AddSingleton<IContentInbox>(provider =>
        {
            var proxy = DispatchProxy.Create<IContentInbox, MeteredInbox>();
            ((MeteredInbox)(object)proxy).Use(
                (IContentInbox)(inner.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!)), Count);
            return proxy;
        });
    }

    private void Count(int read)
    {
        lock (gate)
        {
            last = TimeProvider.System.GetTimestamp();
            first = first == 0 ? last : first;
            bytes += read;
        }
    }

    internal sealed class Counting(Stream inner, Action<int> count) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            count(read);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

/// <summary>Receives content as the real one does, counted.</summary>
public class MeteredInbox : DispatchProxy
{
    private IContentInbox inner = null!;
    private Action<int> count = null!;

    public void Use(IContentInbox real, Action<int> counter)
    {
        inner = real;
        count = counter;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Invoke(
        inner, targetMethod.Name == nameof(IContentInbox.AppendAsync) ? [.. args!.Select(arg => arg is Stream stream ? new ReceivingMeter.Counting(stream, count) : arg)] : args);
}
