package dev.holdfast.spi;

import dev.holdfast.admin.ActionOptions;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * An action that an operator requests, on its way through the inbox to the owner of the workflow, which decides. Made
 * by the engine; immutable.
 *
 * @param id the same for one and the same request, however often it is sent
 * @param target the id of the workflow or of the dead letter, as people see it
 * @param letterSeq of RETRY and DISCARD: the seq of the record that parked the workflow; else 0
 */
public record OperatorAction(
        WorkflowKey key, UUID id, ActionKind kind, String target, int letterSeq, String actor, String reason)
        implements InboxMessage {
    /** Requests an action. With a key of the caller, the same request has the same id. */
    public static OperatorAction of(
            WorkflowKey key, ActionKind kind, String target, int letterSeq, ActionOptions options) {
        UUID id = options.key()
                .map(chosen -> UUID.nameUUIDFromBytes(
                        (key.uid() + "\n" + kind + "\n" + letterSeq + "\n" + chosen).getBytes(StandardCharsets.UTF_8)))
                .orElseGet(UUID::randomUUID);
        return new OperatorAction(key, id, kind, target, letterSeq, options.actor(), options.reason());
    }

    /** The part that the log keeps. */
    public ActionRef ref() {
        return new ActionRef(id, kind);
    }

    /** The name in errors. */
    public String verb() {
        return kind.verb();
    }
}
