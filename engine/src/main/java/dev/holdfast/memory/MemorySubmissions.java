package dev.holdfast.memory;

import dev.holdfast.ErasedException;
import dev.holdfast.memory.MemoryDatabase.NamedWorkflow;
import dev.holdfast.memory.MemoryDatabase.SubmissionName;
import dev.holdfast.spi.KeyedSubmission;
import dev.holdfast.spi.SubmissionResult;
import dev.holdfast.spi.WorkflowKey;
import org.jspecify.annotations.Nullable;

/** Accepts submissions under a key or id. Used inside transactions only. */
final class MemorySubmissions {
    private final MemoryDatabase database;

    MemorySubmissions(MemoryDatabase database) {
        this.database = database;
    }

    /**
     * Accepts or joins. {@code by} is the submitting node if it is the owner: only the owner can start the workflow.
     */
    SubmissionResult admit(KeyedSubmission keyed, WorkflowKey place, @Nullable MemoryNode by) {
        SubmissionName name = new SubmissionName(keyed.scope(), keyed.name());
        NamedWorkflow there = there(keyed, name, place);
        if (there != null) {
            return join(keyed, there);
        }
        String id = keyed.byId() ? keyed.name() : database.ids().format(place);
        boolean starts = keyed.creation().starts();
        database.name(name, new NamedWorkflow(place, keyed.digest()));
        database.add(new MemoryWorkflow(place, id, keyed.creation(), database.now(), starts ? by : null));
        keyed.signals().forEach(signal -> database.inbox().send(signal.to(place).at(database.now()), 0));
        return SubmissionResult.of(place, id, false);
    }

    WorkflowKey placeFor(KeyedSubmission keyed) {
        int bucket = database.ids().bucketOf(keyed.name());
        return keyed.byId()
                ? database.ids().parse(keyed.name()).orElseGet(() -> database.newKey(bucket))
                : database.newKey(bucket);
    }

    /**
     * Finds the existing workflow, also one that was accepted without a key and is submitted under its generated id.
     */
    private @Nullable NamedWorkflow there(KeyedSubmission keyed, SubmissionName name, WorkflowKey place) {
        NamedWorkflow named = database.named(name);
        MemoryWorkflow accepted = database.at(place);
        if (named != null || accepted == null) {
            return named;
        }
        return new NamedWorkflow(place, keyed.codec().digest(accepted.creation().input()));
    }

    private SubmissionResult join(KeyedSubmission keyed, NamedWorkflow there) {
        MemoryWorkflow workflow = database.at(there.key());
        if (workflow == null) {
            throw new ErasedException(keyed.describe());
        }
        keyed.requireSame(workflow.creation().definition(), there.digest(), workflow.id());
        return SubmissionResult.of(workflow.key(), workflow.id(), true);
    }
}
