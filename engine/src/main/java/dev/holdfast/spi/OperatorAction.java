package dev.holdfast.spi;

import dev.holdfast.admin.ActionOptions;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * An action that an operator requests. The inbox takes it to the owner of the workflow, which decides. Made by the
 * engine; immutable.
 *
 * @param id a request that is sent again under a key has the same id
 * @param target the id of the workflow or of the dead letter, as users see it
 * @param letterSeq for RETRY, RUN_AGAIN and DISCARD the seq of the record that parked the workflow; else 0
 */
public record OperatorAction(
        WorkflowKey key, UUID id, ActionKind kind, String target, int letterSeq, String actor, String reason)
        implements InboxMessage {
    /** The actor of actions of the engine itself. */
    public static final String ENGINE = "holdfast";

    /** Makes an action. With a key of the caller, the same request gets the same id. */
    public static OperatorAction of(
            WorkflowKey key, ActionKind kind, String target, int letterSeq, ActionOptions options) {
        UUID id = id(key.uid() + "\n" + kind + "\n" + letterSeq, options);
        return new OperatorAction(key, id, kind, target, letterSeq, options.actor(), options.reason());
    }

    /** The id of a request for an action on a workflow or dead letter that does not exist. */
    public static UUID idWithoutTarget(ActionKind kind, String target, ActionOptions options) {
        return id(kind + "\n" + target, options);
    }

    private static UUID id(String scope, ActionOptions options) {
        return options.key()
                .map(chosen -> UUID.nameUUIDFromBytes((scope + "\n" + chosen).getBytes(StandardCharsets.UTF_8)))
                .orElseGet(UUID::randomUUID);
    }

    /** Whether it is the cancel of a child by its parent, which waits until it can be applied. */
    public boolean isCancelByParent() {
        return kind == ActionKind.CANCEL && actor.equals(ENGINE);
    }

    /** The part that is stored in the log. */
    public ActionRef ref() {
        return new ActionRef(id, kind);
    }

    /** The name in errors. */
    public String verb() {
        return kind.verb();
    }
}
