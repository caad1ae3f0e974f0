using System.Reflection;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Application.Pipeline;

/// <summary>Registers MediatR 5 by hand; the only file that knows its registration (docs/decisions/0001).</summary>
internal static class MediatorRegistration
{
    public static IServiceCollection AddMediator(this IServiceCollection services)
    {
        services.AddScoped<ServiceFactory>(provider => type => provider.GetService(type)!);
        services.AddScoped<IMediator, Mediator>();
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(ErrorTranslationBehaviour<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(OpenStoreBehaviour<,>));
        foreach (var handler in Assembly.GetExecutingAssembly().GetTypes().Where(type => type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false }))
        {
            foreach (var contract in handler.GetInterfaces().Where(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IRequestHandler<,>)))
                services.AddScoped(contract, handler);
        }

        return services;
    }
}
