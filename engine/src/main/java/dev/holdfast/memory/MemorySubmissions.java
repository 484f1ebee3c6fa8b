package dev.holdfast.memory;

import dev.holdfast.ErasedException;
import dev.holdfast.memory.MemoryDatabase.Claim;
import dev.holdfast.memory.MemoryDatabase.Claimed;
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

    /** {@code by} is the submitting node if it is the owner, since the owner alone can start the workflow. */
    SubmissionResult admit(KeyedSubmission keyed, WorkflowKey place, @Nullable MemoryNode by) {
        Claim claim = new Claim(keyed.scope(), keyed.name());
        Claimed there = there(keyed, claim, place);
        if (there != null) {
            return join(keyed, there);
        }
        String id = keyed.byId() ? keyed.name() : database.ids().format(place);
        boolean starts = keyed.creation().starts();
        database.claim(claim, new Claimed(place, keyed.digest()));
        database.add(new MemoryWorkflow(place, id, keyed.creation(), database.now(), starts ? by : null));
        return SubmissionResult.of(place, id, false);
    }

    WorkflowKey placeFor(KeyedSubmission keyed) {
        int bucket = database.ids().bucketOf(keyed.name());
        return keyed.byId()
                ? database.ids().parse(keyed.name()).orElseGet(() -> database.newKey(bucket))
                : database.newKey(bucket);
    }

    /** Also finds a workflow that was accepted without a key, and is submitted again under its generated id. */
    private @Nullable Claimed there(KeyedSubmission keyed, Claim claim, WorkflowKey place) {
        Claimed claimed = database.claimed(claim);
        MemoryWorkflow accepted = database.at(place);
        if (claimed != null || accepted == null) {
            return claimed;
        }
        return new Claimed(place, keyed.codec().digest(accepted.creation().input()));
    }

    private SubmissionResult join(KeyedSubmission keyed, Claimed there) {
        MemoryWorkflow workflow = database.at(there.key());
        if (workflow == null) {
            throw new ErasedException(keyed.what());
        }
        keyed.requireSame(workflow.creation().definition(), there.digest(), workflow.id());
        return SubmissionResult.of(workflow.key(), workflow.id(), true);
    }
}
