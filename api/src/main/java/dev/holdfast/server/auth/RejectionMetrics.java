package dev.holdfast.server.auth;

import dev.holdfast.server.http.ProblemCode;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import java.util.Arrays;
import java.util.Set;

/** Counts requests that were refused for who sent them, or for how many. Safe for all threads. */
public final class RejectionMetrics {
    private static final AttributeKey<String> CODE = AttributeKey.stringKey("code");
    private static final Set<Integer> STATUSES = Set.of(401, 403, 429);

    private final LongCounter refused;

    public RejectionMetrics(OpenTelemetry telemetry) {
        this.refused = telemetry
                .getMeter("dev.holdfast")
                .counterBuilder("holdfast.http.refused")
                .setDescription("Requests refused for who sent them, or for how many")
                .build();
        // From the start, so that the first refusal is a rise from 0.
        Arrays.stream(ProblemCode.values())
                .filter(code -> STATUSES.contains(code.status))
                .forEach(code -> refused.add(0, Attributes.of(CODE, code.name())));
    }

    public void count(ProblemCode code) {
        if (STATUSES.contains(code.status)) {
            refused.add(1, Attributes.of(CODE, code.name()));
        }
    }
}
