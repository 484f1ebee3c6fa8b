package dev.holdfast.postgres.audit;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.postgres.jdbc.DatabaseJson;
import org.jspecify.annotations.Nullable;

/** The actor of a request, the reason, and the request itself: columns of holdfast.audit. Immutable. */
public record AuditContext(
        String actor,
        String reason,
        @Nullable String role,
        @Nullable String route,
        @Nullable String arguments,
        @Nullable String requestId,
        @Nullable String traceId) {
    static AuditContext of(ActionOptions options) {
        return of(options.actor(), options.reason(), options.context());
    }

    public static AuditContext of(String actor, String reason, RequestContext context) {
        return new AuditContext(
                actor,
                reason,
                context.role().orElse(null),
                context.route().orElse(null),
                DatabaseJson.labels(context.arguments()),
                context.requestId().orElse(null),
                context.traceId().orElse(null));
    }
}
