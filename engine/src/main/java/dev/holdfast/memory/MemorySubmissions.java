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
    SubmissionResult admit(KeyedSubmission admission, @Nullable MemoryNode by) {
        Claim claim = new Claim(admission.scope(), admission.name());
        WorkflowKey place = place(admission);
        Claimed there = there(admission, claim, place);
        if (there != null) {
            return join(admission, there);
        }
        String id = admission.byId() ? admission.name() : database.ids().format(place);
        boolean starts = admission.creation().starts();
        database.claim(claim, new Claimed(place, admission.digest()));
        database.add(new MemoryWorkflow(place, id, admission.creation(), database.now(), starts ? by : null));
        return new SubmissionResult(place, id, false, starts && by != null);
    }

    private WorkflowKey place(KeyedSubmission admission) {
        int bucket = database.ids().bucketOf(admission.name());
        return admission.byId()
                ? database.ids().parse(admission.name()).orElseGet(() -> database.newKey(bucket))
                : database.newKey(bucket);
    }

    /** Also finds a workflow that was accepted without a key, and is asked for again by its generated id. */
    private @Nullable Claimed there(KeyedSubmission admission, Claim claim, WorkflowKey place) {
        Claimed claimed = database.claimed(claim);
        MemoryWorkflow accepted = database.at(place);
        if (claimed != null || accepted == null) {
            return claimed;
        }
        return new Claimed(place, admission.codec().digest(accepted.creation().input()));
    }

    private SubmissionResult join(KeyedSubmission admission, Claimed there) {
        MemoryWorkflow workflow = database.at(there.key());
        if (workflow == null) {
            throw new ErasedException(admission.what());
        }
        admission.requireSame(workflow.creation().definition(), there.digest(), workflow.id());
        return new SubmissionResult(workflow.key(), workflow.id(), true, false);
    }
}
