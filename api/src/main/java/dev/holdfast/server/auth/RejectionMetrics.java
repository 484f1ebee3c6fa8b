package dev.holdfast.server.auth;

import dev.holdfast.server.http.ProblemCode;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import java.util.Arrays;
import java.util.Set;

/** Counts requests that were rejected by authentication, authorisation or a rate limit. Safe for all threads. */
public final class RejectionMetrics {
    private static final AttributeKey<String> CODE = AttributeKey.stringKey("code");
    private static final Set<Integer> STATUSES = Set.of(401, 403, 429);

    private final LongCounter rejections;

    public RejectionMetrics(OpenTelemetry telemetry) {
        this.rejections = telemetry
                .getMeter("dev.holdfast")
                .counterBuilder("holdfast.http.refused")
                .setDescription("Requests rejected by authentication, authorisation or a rate limit")
                .build();
        // Present from the start, so that the first rejection is a rise from 0.
        Arrays.stream(ProblemCode.values())
                .filter(code -> STATUSES.contains(code.status))
                .forEach(code -> rejections.add(0, Attributes.of(CODE, code.name())));
    }

    public void count(ProblemCode code) {
        if (STATUSES.contains(code.status)) {
            rejections.add(1, Attributes.of(CODE, code.name()));
        }
    }
}
