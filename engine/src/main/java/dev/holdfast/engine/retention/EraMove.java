package dev.holdfast.engine.retention;

import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies claimed workflows to another era. No commit copies many records, so that others that share the commit are not
 * delayed: several short workflows go in one commit, a long one in parts. One thread.
 */
final class EraMove {
    /** The number of records that one commit copies at most. */
    static final int RECORDS_MAX = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(EraMove.class);

    private final Store store;
    private final int era;
    private final List<Copy> underWay = new ArrayList<>();
    private int records;
    private boolean anyDone;

    private record Copy(WorkflowKey key, CompletableFuture<Void> committed) {}

    EraMove(Store store, int era) {
        this.store = store;
        this.era = era;
    }

    /** Adds a workflow whose last record is {@code last}. May wait for workflows that were added before. */
    void add(WorkflowKey key, int last) throws InterruptedException {
        try (Mailbox mailbox = store.mailbox(key, last)) {
            int after = 0;
            while (last - after > RECORDS_MAX) {
                await();
                if (!isDone(
                        new Copy(key, mailbox.rehome(new WorkflowWrite.Rehoming(era, after, after + RECORDS_MAX))))) {
                    return;
                }
                after += RECORDS_MAX;
            }
            if (records + last - after > RECORDS_MAX) {
                await();
            }
            records += last - after;
            underWay.add(new Copy(key, mailbox.rehome(new WorkflowWrite.Rehoming(era, after, last))));
        } catch (OwnershipLostException e) {
            LOG.debug("another node has the workflow now", e);
        }
    }

    /** Waits for all copies; returns whether any workflow was moved completely. */
    boolean isAnyDone() throws InterruptedException {
        await();
        return anyDone;
    }

    private void await() throws InterruptedException {
        for (Copy one : underWay) {
            anyDone |= isDone(one);
        }
        underWay.clear();
        records = 0;
    }

    private boolean isDone(Copy one) throws InterruptedException {
        try {
            one.committed().get();
            return true;
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof OwnershipLostException)) {
                String id = store.idOf(one.key());
                LOG.atWarn()
                        .addKeyValue("workflow", id)
                        .addArgument(id)
                        .addArgument(e.getMessage())
                        .log("workflow {} could not be copied to another era, it is retried later: {}");
            }
            return false;
        }
    }
}
