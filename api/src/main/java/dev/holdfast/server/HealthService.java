package dev.holdfast.server;

import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.time.Duration;
import java.util.Map;

/** {@code /health}: what a supervisor asks, without a key. Answers from memory. */
final class HealthService implements HttpService {
    static final String PATH = "/health";

    private final RunningEngine engine;

    HealthService(RunningEngine engine) {
        this.engine = engine;
    }

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at(PATH + "/live").open(says("live")).register(rules);
        Endpoint.at(PATH + "/started").open(whenStarted()).register(rules);
        Endpoint.at(PATH + "/ready").open(whenReady()).register(rules);
    }

    private static Handler says(String status) {
        return (request, response) -> Answers.ok(request, response, Map.of("status", status));
    }

    private Handler whenStarted() {
        return (request, response) -> {
            requireThat(engine.started());
            says("started").handle(request, response);
        };
    }

    private Handler whenReady() {
        return (request, response) -> {
            requireThat(engine.ready());
            says("ready").handle(request, response);
        };
    }

    private void requireThat(boolean holds) {
        if (!holds) {
            throw new ProblemException(
                    new Problem(ProblemCode.NODE_NOT_READY, engine.reason()).retryAfter(Duration.ofSeconds(1)));
        }
    }
}
