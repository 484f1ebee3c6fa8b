package dev.holdfast.spi;

import dev.holdfast.InvalidInputException;
import java.util.Optional;
import java.util.function.Function;

/**
 * The identity of a dead letter: the workflow, and the record that parked it. Users see the generated id of the
 * workflow, a dot, and the seq. Immutable.
 *
 * @param seq of the record that parked it
 */
public record DeadLetterId(WorkflowKey key, int seq) {
    /** Parses an id; empty if it has another form or was never generated here. */
    public static Optional<DeadLetterId> parse(WorkflowIds ids, String id) {
        int dot = id.lastIndexOf('.');
        try {
            return dot < 0
                    ? Optional.empty()
                    : ids.parse(id.substring(0, dot))
                            .map(key -> new DeadLetterId(key, Integer.parseInt(id.substring(dot + 1))));
        } catch (NumberFormatException | InvalidInputException e) {
            return Optional.empty();
        }
    }

    /** The form that users see; {@code ids} makes that of a workflow. */
    public String format(Function<WorkflowKey, String> ids) {
        return ids.apply(key) + "." + seq;
    }
}
