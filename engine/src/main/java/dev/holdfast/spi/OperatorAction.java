package dev.holdfast.spi;

import dev.holdfast.admin.ActionOptions;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;

/**
 * What somebody asks of a workflow, on its way through the inbox to the owner, who decides. Made by the engine;
 * immutable.
 *
 * @param id the same for one and the same request, however often it is sent
 * @param target the id of the workflow or of the dead letter, as people see it
 * @param letterSeq of RETRY and DISCARD: the seq of the record that parked the workflow; else 0
 */
public record OperatorAction(
        WorkflowKey key, UUID id, ActionKind kind, String target, int letterSeq, String actor, String reason) {
    /** A request for this decision. */
    public static OperatorAction of(
            WorkflowKey key, ActionKind act, String target, int letterSeq, ActionOptions options) {
        UUID id = options.key()
                .map(chosen -> UUID.nameUUIDFromBytes(
                        (key.uid() + "\n" + act + "\n" + letterSeq + "\n" + chosen).getBytes(StandardCharsets.UTF_8)))
                .orElseGet(UUID::randomUUID);
        return new OperatorAction(key, id, act, target, letterSeq, options.actor(), options.reason());
    }

    /** As errors call it. */
    public String verb() {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
