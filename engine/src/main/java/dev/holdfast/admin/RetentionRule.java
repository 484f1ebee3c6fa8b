package dev.holdfast.admin;

import java.time.Duration;
import java.util.Optional;

/**
 * Says how long ended workflows are kept, from their end. Callers of {@link Admin#retain} make it with {@link #keep} or
 * {@link #forever}. Where several rules match, the definition takes precedence over the status; where none does,
 * workflows are kept for ever. Open workflows are never deleted. Immutable.
 *
 * <pre>{@code
 * RetentionRule rule = RetentionRule.keep(Duration.ofDays(30)).definition("pay").status(WorkflowStatus.COMPLETED);
 * holdfast.admin().retain(rule, ActionOptions.because("the ledger has them"));
 * }</pre>
 *
 * @param definition the name of the definition; empty for any
 * @param status COMPLETED, FAILED or CANCELLED; empty for any
 * @param keep from a day to 100 years of 365 days, cut to whole seconds; empty for ever
 */
public record RetentionRule(Optional<String> definition, Optional<WorkflowStatus> status, Optional<Duration> keep) {
    /** The shortest time: for so long a submission under the key of an ended workflow joins it. */
    public static final Duration KEEP_MIN = Duration.ofDays(1);

    private static final Duration KEEP_MAX = Duration.ofDays(100 * 365L);

    /**
     * Throws {@link InvalidOptionException} for a status or a time, and {@link IllegalArgumentException} for a
     * definition, that breaks its rule.
     */
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
                    "keep is " + DurationText.of(keep.orElseThrow())
                            + ": expected \"forever\", or 1 day to 100 years, because a key joins"
                            + " its workflow for a day after its end");
        }
        keep = keep.map(time -> Duration.ofSeconds(time.toSeconds()));
    }

    /** Keeps ended workflows of any definition and status for this time. Throws {@link InvalidOptionException}. */
    public static RetentionRule keep(Duration time) {
        return new RetentionRule(Optional.empty(), Optional.empty(), Optional.of(time));
    }

    /** Keeps ended workflows of any definition and status for ever. */
    public static RetentionRule forever() {
        return new RetentionRule(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Restricts the rule to a definition. Throws {@link IllegalArgumentException}. */
    public RetentionRule definition(String name) {
        return new RetentionRule(Optional.of(name), status, keep);
    }

    /** Restricts the rule to a final status. Throws {@link InvalidOptionException}. */
    public RetentionRule status(WorkflowStatus end) {
        return new RetentionRule(definition, Optional.of(end), keep);
    }
}
