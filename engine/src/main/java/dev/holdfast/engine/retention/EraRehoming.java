package dev.holdfast.engine.retention;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.admin.DurationText;
import dev.holdfast.engine.dispatch.Claim;
import dev.holdfast.engine.dispatch.Dispatcher;
import dev.holdfast.spi.EraSurvivors;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a round of retention once in an interval: lets the store delete expired workflows, and moves those that are kept
 * longer out of the eras that are to go. Each is claimed, so that this process neither runs it nor decides on it
 * meanwhile. A loaded workflow is left for a later round. A thread of its own.
 */
public final class EraRehoming {
    private static final Logger LOG = LoggerFactory.getLogger(EraRehoming.class);

    /** The number of workflows that are claimed at a time. */
    private static final int CLAIMS_MAX = 20;

    private final Store store;
    private final Dispatcher dispatcher;
    private final Duration interval;
    private final Thread thread;
    private volatile boolean closed;

    public EraRehoming(Store store, Dispatcher dispatcher, ThreadFactory threads, Duration interval) {
        this.store = store;
        this.dispatcher = dispatcher;
        this.interval = interval;
        this.thread = threads.newThread(this::run);
    }

    public void start() {
        thread.start();
    }

    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join();
    }

    private void run() {
        try {
            while (!closed) {
                Thread.sleep(interval);
                round();
            }
        } catch (InterruptedException e) {
            LOG.debug("the retention thread ends");
        }
    }

    /** Repeats the round as long as it moved something. */
    private void round() throws InterruptedException {
        try {
            EraSurvivors survivors = store.retire();
            while (!closed && rehome(survivors)) {
                survivors = store.retire();
            }
        } catch (StoreUnavailableException e) {
            LOG.debug("the store is unavailable, retention goes on later", e);
        } catch (RuntimeException | Error e) { // without this thread nothing would ever be deleted
            LOG.error("a round of retention has failed, the next one comes in {}", DurationText.of(interval), e);
        }
    }

    /** Returns whether any of them was moved. */
    private boolean rehome(EraSurvivors survivors) throws InterruptedException {
        boolean any = false;
        List<WorkflowKey> left = survivors.keys();
        while (!left.isEmpty() && !closed) {
            List<WorkflowKey> next = left.subList(0, Math.min(CLAIMS_MAX, left.size()));
            any |= rehomeReadable(next, survivors.era());
            left = left.subList(next.size(), left.size());
        }
        return any;
    }

    /** Moves each of them by itself if one cannot be read, so that this one delays no other. */
    private boolean rehomeReadable(List<WorkflowKey> workflows, int era) throws InterruptedException {
        try {
            return rehome(workflows, era);
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            if (workflows.size() > 1) {
                boolean any = false;
                for (WorkflowKey key : workflows) {
                    any |= rehomeReadable(List.of(key), era);
                }
                return any;
            }
            String id = store.idOf(workflows.getFirst());
            LOG.atError()
                    .addKeyValue("workflow", id)
                    .setCause(e)
                    .log("workflow {} cannot be read, so its era cannot be dropped", id);
            return false;
        }
    }

    private boolean rehome(List<WorkflowKey> workflows, int era) throws InterruptedException {
        List<Claim> claims = workflows.stream()
                .map(dispatcher::claim)
                .flatMap(Optional::stream)
                .toList();
        try {
            List<WorkflowKey> claimed = claims.stream().map(Claim::key).toList();
            Map<UUID, WorkflowHead> heads = store.heads(claimed);
            EraMove move = new EraMove(store, era);
            for (WorkflowKey key : claimed) {
                WorkflowHead head = heads.get(key.uid());
                move.add(key, head == null ? 0 : head.lastSeq());
            }
            return move.isAnyDone();
        } finally {
            claims.forEach(dispatcher::unclaim);
        }
    }
}
