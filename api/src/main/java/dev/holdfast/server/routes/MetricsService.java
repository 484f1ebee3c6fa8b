package dev.holdfast.server.routes;

import dev.holdfast.server.auth.Caller;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.http.Paths;
import dev.holdfast.server.http.Problem;
import dev.holdfast.server.http.ProblemCode;
import dev.holdfast.server.http.ProblemException;
import dev.holdfast.server.http.Query;
import dev.holdfast.server.http.Responses;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** {@code /metrics}, in the formats of Prometheus. Reads memory only. */
public final class MetricsService implements HttpService {
    private final Optional<Supplier<MetricSnapshots>> metrics;
    private final ExpositionFormats formats = ExpositionFormats.init();

    /** Without {@code metrics} it responds with 404, and says how an application serves them. */
    public MetricsService(Optional<Supplier<MetricSnapshots>> metrics) {
        this.metrics = metrics;
    }

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at(Paths.METRICS).get(Role.VIEWER, this::metrics).register(rules);
    }

    private void metrics(ServerRequest request, ServerResponse response) throws IOException {
        Caller.of(request).requireAll(); // the labels name every definition
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        MetricSnapshots current = metrics.orElseThrow(MetricsService::absent).get();
        String accepted = request.headers().first(HeaderNames.ACCEPT).orElse("");
        ExpositionFormatWriter writer = formats.findWriter(accepted);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        writer.write(text, current);
        response.header(HeaderNames.CONTENT_TYPE, writer.getContentType());
        Responses.send(request, response, text.toByteArray());
    }

    private static ProblemException absent() {
        return new ProblemException(new Problem(
                ProblemCode.NO_SUCH_PATH,
                "This server has no metrics: the application that started it gave it none. It registers a ServedMetrics"
                        + " with its OpenTelemetry SDK, gives that SDK to Holdfast.Builder.telemetry, and the"
                        + " ServedMetrics to HoldfastServer.Builder.metrics."));
    }
}
