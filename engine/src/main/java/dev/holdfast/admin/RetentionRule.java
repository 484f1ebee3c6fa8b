package dev.holdfast.admin;

import java.time.Duration;
import java.util.Optional;

/**
 * How long ended workflows are kept, from their end. Where several rules fit, the definition decides before the status;
 * where none does, they are kept for ever. Open workflows never go. Immutable.
 *
 * @param definition of this one; empty: of any
 * @param status that ended so; empty: in any way
 * @param keep at least a day, in whole seconds; empty: for ever
 */
public record RetentionRule(Optional<String> definition, Optional<WorkflowStatus> status, Optional<Duration> keep) {
    /** For so long the key of an ended workflow joins it. */
    public static final Duration KEEP_MIN = Duration.ofDays(1);

    private static final Duration KEEP_MAX = Duration.ofDays(100 * 365L);

    /** Throws {@link InvalidOptionException}. */
    public RetentionRule {
        definition.ifPresent(Names::requireDefinition);
        if (status.isPresent() && !status.orElseThrow().isFinal()) {
            throw new InvalidOptionException(
                    "status", "status is " + status.orElseThrow() + ": expected COMPLETED, FAILED or CANCELLED");
        }
        if (keep.filter(time -> time.compareTo(KEEP_MIN) < 0 || time.compareTo(KEEP_MAX) > 0)
                .isPresent()) {
            throw new InvalidOptionException(
                    "keep",
                    "keep is " + keep.orElseThrow() + ": expected PT24H or more, up to 100 years, since a key joins"
                            + " its workflow for a day after its end; or \"forever\"");
        }
        keep = keep.map(time -> Duration.ofSeconds(time.toSeconds()));
    }
}
