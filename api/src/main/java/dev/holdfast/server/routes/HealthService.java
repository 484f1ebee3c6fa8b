package dev.holdfast.server.routes;

import dev.holdfast.admin.Health;
import dev.holdfast.server.http.Paths;
import dev.holdfast.server.http.Problem;
import dev.holdfast.server.http.ProblemCode;
import dev.holdfast.server.http.ProblemException;
import dev.holdfast.server.http.Responses;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code /health}: probes for supervisors, without a key. Liveness and startup respond from memory, so that no outage
 * of the database makes a supervisor kill the process; readiness runs its checks on each request.
 */
public final class HealthService implements HttpService {
    private final RunningEngine engine;

    public HealthService(RunningEngine engine) {
        this.engine = engine;
    }

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at(Paths.HEALTH + "/live").open(status("live")).register(rules);
        Endpoint.at(Paths.HEALTH + "/started").open(whenStarted()).register(rules);
        Endpoint.at(Paths.HEALTH + "/ready").open(whenReady()).register(rules);
    }

    private static Handler status(String status) {
        return (request, response) -> Responses.ok(request, response, Map.of("status", status));
    }

    private Handler whenStarted() {
        return (request, response) -> {
            if (!engine.started()) {
                throw new ProblemException(notReady(engine.absence()));
            }
            status("started").handle(request, response);
        };
    }

    private Handler whenReady() {
        return (request, response) -> {
            Health health = engine.health();
            if (!health.ready()) {
                throw new ProblemException(notReady(health.reason()).checks(health.checks()));
            }
            Map<String, Object> ready = new LinkedHashMap<>();
            ready.put("status", "ready");
            ready.put("checks", health.checks());
            Responses.ok(request, response, ready);
        };
    }

    private static Problem notReady(String why) {
        return new Problem(ProblemCode.NODE_NOT_READY, why).retryAfter(Duration.ofSeconds(1));
    }
}
