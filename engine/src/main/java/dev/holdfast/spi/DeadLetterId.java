package dev.holdfast.spi;

import dev.holdfast.InvalidInputException;
import java.util.Optional;

/**
 * Which parking of which workflow a dead letter is. As people see it: the id of the workflow's place, a dot, the seq.
 *
 * @param seq of the record that parked it
 */
public record DeadLetterId(WorkflowKey key, int seq) {
    /** What such an id names; empty for one of another form. */
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

    /** As people see it. */
    public String format(WorkflowIds ids) {
        return ids.format(key) + "." + seq;
    }
}
