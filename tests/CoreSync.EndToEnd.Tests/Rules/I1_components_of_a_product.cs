using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Hosting;
using CoreSync.Items;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class I1_components_of_a_product
{
    private readonly ProductDesk desk = new();

    [Fact]
    public async Task A_product_component_is_listed_and_can_be_switched_off_and_on_without_losing_flags()
    {
        await using var pair = await CorePair.CreateAsync(source: desk.Serves<DeskWidgets>(), target: desk.Serves<DeskWidgets>());

        var listed = (await pair.Source.AskAsync(new ListComponents())).Single(view => view.Component.Name.Value == "widgets").Component;
        Assert.True(listed.IsProduct);
        Assert.True(listed.IsEnabled);
        Assert.Equal(ComponentKind.Documents, listed.Kind);

        await pair.Source.AskAsync(new EnableComponent("widgets", Enabled: false));
        Assert.False((await pair.Source.AskAsync(new ListComponents())).Single(view => view.Component.Name.Value == "widgets").Component.IsEnabled);
    }

    [Fact]
    public async Task A_component_that_a_product_serves_under_the_name_of_a_directory_is_refused_at_start()
    {
        await using var core = await RealCore.CreateAsync("core.example.net");
        await core.AskAsync(new AddFilesComponent("widgets", null, Path.Combine(core.DataDirectory, "..", "received"), [], []));

        var services = new ServiceCollection();
        CoreSyncComposition.Add(services, core.DataDirectory, new Actor("tester", "test"));
        desk.Serves<DeskWidgets>()(services);
        await using var product = services.BuildServiceProvider();
        var opened = await product.GetRequiredService<CoreSync.Application.Cores.StoreGate>().OpenAsync(CancellationToken.None);

        Assert.True(opened.HasError<ComponentKindError>());
        Assert.False((await core.AskAsync(new ListComponents())).Single(view => view.Component.Name.Value == "widgets").Component.IsProduct);
    }

    [Fact]
    public async Task A_directory_that_a_product_registers_is_a_files_component_and_keeps_what_an_administrator_set()
    {
        using var directories = new CoreSync.Testing.TempDirectory();
        var sent = Directory.CreateDirectory(directories.At("sent")).FullName;
        var received = Directory.CreateDirectory(directories.At("received")).FullName;
        await File.WriteAllTextAsync(Path.Combine(sent, "setup.exe"), "bytes");
        await using var pair = await CorePair.CreateAsync(
            source: services => new CoreSyncBuilder(services).AddFilesComponent("packages", sent, null, exclude: ["*.log"]),
            target: services => new CoreSyncBuilder(services).AddFilesComponent("packages", null, received));
        await File.WriteAllTextAsync(Path.Combine(sent, "noise.log"), "no");

        await pair.Source.SyncedAsync();
        Assert.Equal(["setup.exe"], Directory.EnumerateFiles(received).Select(Path.GetFileName));

        await pair.Source.AskAsync(new EnableComponent("packages", Enabled: false));
        await pair.Source.ServeAsync();
        Assert.False((await pair.Source.AskAsync(new ListComponents())).Single(view => view.Component.Name.Value == "packages").Component.IsEnabled);
    }

    [Fact]
    public async Task Faults_in_names_are_told_all_at_once()
    {
        await using var core = await RealCore.CreateAsync("core.example.net");
        var services = new ServiceCollection();
        CoreSyncComposition.Add(services, core.DataDirectory, new Actor("tester", "test"));
        desk.Serves<DeskBadName>()(services);
        desk.Serves<DeskWidgets>()(services);
        desk.Serves<DeskWidgets>()(services);
        await using var product = services.BuildServiceProvider();

        var opened = await product.GetRequiredService<CoreSync.Application.Cores.StoreGate>().OpenAsync(CancellationToken.None);

        Assert.True(opened.HasError<ComponentNameInvalidError>());
        Assert.True(opened.HasError<ComponentDuplicateError>());
    }
}

internal sealed class DeskWidgets(ProductDesk desk) : DeskComponent(desk)
{
    public override string Name => "widgets";
}

internal sealed class DeskBadName(ProductDesk desk) : DeskComponent(desk)
{
    public override string Name => "1 bad name";
}
