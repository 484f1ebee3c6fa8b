package dev.holdfast.admin;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether a node takes work, and why not. Read by {@link Admin#health}; {@code /health/ready} says the same. Immutable.
 *
 * @param checks the conditions that must hold, all of which are checked
 */
public record Health(List<HealthCheck> checks) {
    public Health {
        checks = List.copyOf(checks);
    }

    /** Whether all conditions hold. */
    public boolean ready() {
        return checks.stream().allMatch(HealthCheck::holds);
    }

    /** The conditions that do not hold, and what was seen, as text for operators; empty for a node that is ready. */
    public String reason() {
        return checks.stream()
                .filter(check -> !check.holds())
                .map(check -> check.name() + ": " + check.detail())
                .collect(Collectors.joining("; "));
    }
}
