using System.Net;
using CoreSync.Application;
using CoreSync.Application.Pipeline;
using CoreSync.Infrastructure.Wire;
using PackageDesk;

// PackageDesk: queries, packages with their files, and tasks that refer to both, for one site. Desks of several sites are kept in step by CoreSync (DeskSync.cs).
var builder = WebApplication.CreateSlimBuilder(args);
var site = builder.Configuration["Desk:Name"] ?? "desk.example.net";
var settings = new DeskSettings(Path.GetFullPath(builder.Configuration["Desk:Directory"] ?? "desk"));
builder.Services.AddSingleton(settings).AddSingleton<Desk>();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPEndPoint.Parse(builder.Configuration["Desk:Listen"] ?? "127.0.0.1:5080")));
DeskSync.Add(builder, settings, IPEndPoint.Parse(builder.Configuration["Desk:SyncListen"] ?? "0.0.0.0:443"));

await using var app = builder.Build();
var core = await app.Services.OpenCoreAsync(site);
if (core.IsFailed)
{
    Console.Error.WriteLine($"{core.FirstError().Message}. {core.FirstError().Hint}");
    return 1;
}

app.MapCoreSyncPeer();
DeskApi.Map(app);
await app.RunAsync();
return 0;
