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

/** The workflows that a retention rule applies to. In paths and responses, {@code *} means any. Immutable. */
record RetentionSelector(Optional<String> definition, Optional<WorkflowStatus> status) {
    static final String ANY = "*";
    private static final List<WorkflowStatus> ENDS = Arrays.stream(WorkflowStatus.values())
            .filter(WorkflowStatus::isFinal)
            .toList();

    /**
     * Parses a path that ends with {@code {definition}/{status}}. Throws
     * {@link dev.holdfast.server.http.ProblemException} that names the invalid part.
     */
    static RetentionSelector of(ServerRequest request) {
        var parts = request.path().pathParameters();
        return new RetentionSelector(
                named(parts.get("definition")).map(RetentionSelector::definition),
                named(parts.get("status")).map(RetentionSelector::end));
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
                        "status", "\"" + RequestValues.abbreviated(name) + "\": expected one of " + ENDS + " or *"));
    }

    /**
     * Throws {@link dev.holdfast.server.http.ProblemException} unless the scopes of the caller cover all of these
     * workflows.
     */
    void requireWithin(Caller caller) {
        definition.ifPresentOrElse(caller::requireDefinition, caller::requireAll);
    }

    RetentionRule rule(Optional<Duration> keep) {
        return new RetentionRule(definition, status, keep);
    }

    /** Whether the rule has exactly this definition and status. */
    boolean matches(RetentionRule rule) {
        return rule.definition().equals(definition) && rule.status().equals(status);
    }
}
