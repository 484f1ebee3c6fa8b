package dev.holdfast.admin;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A workflow for readers. Read by {@link Admin#find} and {@link Admin#list} from the store, where the log takes
 * precedence over other tables. Immutable; times are those of the database's clock.
 *
 * @param id of the workflow
 * @param type the name of its definition
 * @param version of its definition
 * @param status of the workflow
 * @param labels by name
 * @param createdAt when it was accepted
 * @param startedAt when it was loaded for the first time
 * @param updatedAt time of its last record
 * @param finishedAt when it ended
 * @param owner the node that owns it, while it is open and owned
 * @param attempt the number of the last attempt of the last step; 0 before the first
 * @param waits the events that it waits for, at most 100; more than one only if it has branches
 * @param lastError of its last failed attempt, of its end, or of its dead letter
 * @param deadLetter the id of its open dead letter
 * @param deadline when its code gets {@link dev.holdfast.DeadlineExceeded}, if it has not ended
 * @param parent the call that waits for its end, if it is a child
 * @param startedBy the id of the workflow that started it and does not wait for it
 * @param hasChildren whether it has started children; {@link WorkflowFilter#parent} finds them
 */
public record WorkflowSummary(
        String id,
        String type,
        int version,
        WorkflowStatus status,
        Map<String, String> labels,
        Instant createdAt,
        Optional<Instant> startedAt,
        Instant updatedAt,
        Optional<Instant> finishedAt,
        Optional<String> owner,
        int attempt,
        List<Waiting> waits,
        Optional<Failure> lastError,
        Optional<String> deadLetter,
        Optional<Instant> deadline,
        Optional<Parent> parent,
        Optional<String> startedBy,
        boolean hasChildren) {
    /** Copies the waits. */
    public WorkflowSummary {
        waits = List.copyOf(waits);
    }

    /** The event that it waits for; the first of {@link #waits} if there are several. */
    public Optional<Waiting> waitingFor() {
        return waits.stream().findFirst();
    }

    /**
     * The call that waits for a child.
     *
     * @param id of the workflow that makes the call
     * @param branch the path of the branch that makes it; empty for the main branch
     * @param call the number of the call in that branch, from 0
     */
    public record Parent(String id, String branch, int call) {}

    /**
     * The event that a workflow waits for.
     *
     * @param kind one of {@link #KINDS}
     * @param name of the step or signal, of the definition of the child, or the version as {@code pay/2}; empty for a
     *     timer, and where it stands for many: of a workflow that waits for over 100 events, signals and children are
     *     known by their kind alone
     * @param until when the workflow continues by itself, if ever
     */
    public record Waiting(String kind, String name, Optional<Instant> until) {
        /** The kinds: the next attempt of a step, a time, a signal, the end of a child, a version of its definition. */
        public static final List<String> KINDS = List.of("retry", "timer", "signal", "child", "version");

        private static final String OPTION = "waitingFor";
        private static final int SHOWN_MAX = 100;

        /** Whether it is a wait for this, as a kind or {@code kind:name}. */
        public boolean isFor(String wait) {
            return wait.equals(kind) || wait.equals(kind + ":" + name);
        }

        static void requireForm(String wait) {
            int colon = wait.indexOf(':');
            if (!KINDS.contains(colon < 0 ? wait : wait.substring(0, colon))) {
                throw new InvalidOptionException(
                        OPTION,
                        OPTION + " is \"" + StorableText.storable(wait, SHOWN_MAX) + "\": expected one of "
                                + String.join(", ", KINDS) + ", or one with a name, such as signal:approval");
            }
            if (colon >= 0) {
                StorableText.requireStorable(OPTION, wait.substring(colon + 1), Names.STEP_MAX);
            }
        }
    }
}
