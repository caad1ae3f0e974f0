using System.Net;
using PackageDesk;

// PackageDesk: queries, packages with their files, and tasks that refer to both, for one site. Desks of several sites are kept in step by CoreSync (DeskSync.cs).
var builder = WebApplication.CreateSlimBuilder(args);
var name = builder.Configuration["Desk:Name"] ?? "desk.example.net";
var settings = new DeskSettings(Path.GetFullPath(builder.Configuration["Desk:Directory"] ?? "desk"));
builder.Services.AddSingleton(settings).AddSingleton<Desk>().AddSingleton<DeskEditor>();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPEndPoint.Parse(builder.Configuration["Desk:Listen"] ?? "127.0.0.1:5080")));
DeskSync.Add(builder, settings, IPEndPoint.Parse(builder.Configuration["Desk:SyncListen"] ?? "0.0.0.0:443"));

await using var app = builder.Build();
if (await DeskSync.StartAsync(app, name) is { } refusal)
{
    Console.Error.WriteLine(refusal);
    return 1;
}

DeskApi.Map(app);
await app.RunAsync();
return 0;
