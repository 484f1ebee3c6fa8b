package dev.holdfast.server.openapi;

import dev.holdfast.server.ApiRouting;
import dev.holdfast.server.auth.ApiKeyCache;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.config.Settings;
import dev.holdfast.server.routes.RunningEngine;
import io.helidon.http.Method;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.opentelemetry.api.OpenTelemetry;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Records the routes that services register, such as {@code GET /v1/nodes}. */
final class RecordedRoutes {
    private RecordedRoutes() {}

    /** Every route of the server. */
    static Set<String> ofServer() {
        ServerConfig config = ServerConfig.of(new Settings(Map.of()));
        return of(new ApiRouting(
                        config, new RunningEngine(), new ApiKeyCache(config), OpenTelemetry.noop(), Optional.empty())
                .services());
    }

    private static Set<String> of(HttpService... services) {
        Set<String> routes = new TreeSet<>();
        InvocationHandler recorder = (proxy, method, arguments) -> {
            if (method.getName().equals("route") && arguments[0] instanceof Method verb) {
                routes.add(verb.text() + " " + arguments[1]);
            } else if (!method.getName().equals("any")) { // rejects all other methods
                throw new AssertionError("a route is registered by " + method + ", not by an Endpoint");
            }
            return proxy;
        };
        HttpRules rules = (HttpRules)
                Proxy.newProxyInstance(HttpRules.class.getClassLoader(), new Class<?>[] {HttpRules.class}, recorder);
        Arrays.stream(services).forEach(service -> service.routing(rules));
        return routes;
    }
}
