package dev.holdfast.server;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Set;

/** {@code /metrics}, in the formats of Prometheus. Answers from memory. */
final class MetricsService implements HttpService {
    static final String PATH = "/metrics";

    private final NodeTelemetry telemetry;
    private final ExpositionFormats formats = ExpositionFormats.init();

    MetricsService(NodeTelemetry telemetry) {
        this.telemetry = telemetry;
    }

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at(PATH).get(Role.VIEWER, this::metrics).register(rules);
    }

    private void metrics(ServerRequest request, ServerResponse response) throws IOException {
        Caller.of(request).requireAll(); // its labels name every definition
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        String accepted = request.headers().first(HeaderNames.ACCEPT).orElse("");
        ExpositionFormatWriter writer = formats.findWriter(accepted);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        writer.write(text, telemetry.metrics());
        response.header(HeaderNames.CONTENT_TYPE, writer.getContentType());
        Answers.send(request, response, text.toByteArray());
    }
}
