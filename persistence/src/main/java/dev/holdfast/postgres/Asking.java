package dev.holdfast.postgres;

import dev.holdfast.Decision;
import dev.holdfast.RequestContext;
import org.jspecify.annotations.Nullable;

/** Who asks for something, why, and by which request: columns of holdfast.audit. Immutable. */
public record Asking(
        String actor,
        String reason,
        @Nullable String role,
        @Nullable String route,
        @Nullable String arguments,
        @Nullable String requestId,
        @Nullable String traceId) {
    static Asking of(Decision decision) {
        return of(decision.actor(), decision.reason(), decision.context());
    }

    static Asking of(String actor, String reason, RequestContext context) {
        return new Asking(
                actor,
                reason,
                context.role().orElse(null),
                context.route().orElse(null),
                Json.labels(context.arguments()),
                context.requestId().orElse(null),
                context.traceId().orElse(null));
    }
}
