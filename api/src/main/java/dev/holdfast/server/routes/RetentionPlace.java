package dev.holdfast.server.routes;

import dev.holdfast.Definition;
import dev.holdfast.admin.RetentionRule;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.server.auth.Caller;
import dev.holdfast.server.http.RequestValues;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which workflows a rule is for, as paths and answers name them: {@code *} is any. Immutable. */
record RetentionPlace(Optional<String> definition, Optional<WorkflowStatus> status) {
    static final String ANY = "*";
    private static final List<WorkflowStatus> ENDS = Arrays.stream(WorkflowStatus.values())
            .filter(WorkflowStatus::isFinal)
            .toList();

    /**
     * Of a path that ends with {@code {definition}/{status}}. Throws {@link dev.holdfast.server.http.ProblemException}
     * naming the part.
     */
    static RetentionPlace of(ServerRequest request) {
        var parts = request.path().pathParameters();
        return new RetentionPlace(
                named(parts.get("definition")).map(RetentionPlace::definition),
                named(parts.get("status")).map(RetentionPlace::end));
    }

    private static Optional<String> named(String part) {
        return part.equals(ANY) ? Optional.empty() : Optional.of(part);
    }

    private static String definition(String name) {
        RequestValues.checked("definition", () -> Definition.of(name, 1, Object.class, Object.class));
        return name;
    }

    private static WorkflowStatus end(String name) {
        return ENDS.stream()
                .filter(status -> status.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> RequestValues.invalid(
                        "status", "\"" + RequestValues.shown(name) + "\": expected one of " + ENDS + " or *"));
    }

    /**
     * Throws {@link dev.holdfast.server.http.ProblemException} where the scopes of the caller do not cover all of these
     * workflows.
     */
    void requireWithin(Caller caller) {
        definition.ifPresentOrElse(caller::requireDefinition, caller::requireAll);
    }

    RetentionRule rule(Optional<Duration> keep) {
        return new RetentionRule(definition, status, keep);
    }

    /** Whether the rule is for exactly these. */
    boolean isOf(RetentionRule rule) {
        return rule.definition().equals(definition) && rule.status().equals(status);
    }
}
