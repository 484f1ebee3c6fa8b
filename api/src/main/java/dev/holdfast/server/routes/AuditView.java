package dev.holdfast.server.routes;

import dev.holdfast.admin.AuditEntry;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.admin.WorkflowStatus;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** JSON of a row of the audit log. */
record AuditView(
        UUID id,
        Instant at,
        boolean decided,
        String action,
        String target,
        String actor,
        @Nullable String role,
        @Nullable String route,
        Map<String, String> arguments,
        String reason,
        @Nullable String outcome,
        @Nullable WorkflowStatus status,
        @Nullable String requestId,
        @Nullable String traceId) {
    static AuditView of(AuditEntry row) {
        RequestContext context = row.context();
        return new AuditView(
                row.id(),
                row.at(),
                row.decided(),
                row.action(),
                row.target(),
                row.actor(),
                context.role().orElse(null),
                context.route().orElse(null),
                new TreeMap<>(context.arguments()),
                row.reason(),
                row.outcome().orElse(null),
                row.status().orElse(null),
                context.requestId().orElse(null),
                context.traceId().orElse(null));
    }
}
