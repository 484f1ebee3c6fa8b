package dev.holdfast.engine;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.spi.Entry;
import dev.holdfast.spi.LogRow;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.Survivors;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the store take away what need not be kept any more, now and then, and takes out of the way what is kept for
 * longer: one workflow at a time, claimed so that nobody here runs it or decides on it meanwhile. One that is loaded is
 * left for a later round. A thread of its own.
 */
final class Rehoming {
    private static final Logger LOG = LoggerFactory.getLogger(Rehoming.class);

    private final Store store;
    private final Dispatcher dispatcher;
    private final Duration interval;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("holdfast-retention").unstarted(this::run);
    private volatile boolean closed;

    Rehoming(Store store, Dispatcher dispatcher, Duration interval) {
        this.store = store;
        this.dispatcher = dispatcher;
        this.interval = interval;
    }

    void start() {
        thread.start();
    }

    void close() throws InterruptedException {
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
            LOG.debug("closing: what is over stays until the next start");
        }
    }

    /** As long as something could be taken out of the way. */
    private void round() throws InterruptedException {
        try {
            Survivors survivors = store.retire();
            while (!closed && rehome(survivors)) {
                survivors = store.retire();
            }
        } catch (StoreUnavailableException e) {
            LOG.debug("what is over goes later", e);
        } catch (RuntimeException e) {
            LOG.error("a look for what is over has failed, the next one comes in {}", interval, e);
        }
    }

    /** Returns whether any of them could be taken. */
    private boolean rehome(Survivors survivors) throws InterruptedException {
        List<WorkflowKey> claimed =
                survivors.keys().stream().filter(dispatcher::claim).toList();
        Map<UUID, LogRow> last = store.lastRows(claimed);
        List<CompletableFuture<Void>> taken = new ArrayList<>();
        for (WorkflowKey key : claimed) {
            LogRow row = last.get(key.uid());
            taken.add(rehome(key, row == null ? 0 : row.seq(), survivors.era())
                    .whenComplete((nothing, failure) -> dispatcher.unclaim(key)));
        }
        boolean any = false;
        for (CompletableFuture<Void> one : taken) {
            any |= isDone(one);
        }
        return any;
    }

    private CompletableFuture<Void> rehome(WorkflowKey key, int lastSeq, int era) {
        try (Mailbox mailbox = store.mailbox(key, lastSeq)) {
            return mailbox.commit(new Entry.Rehomed(era));
        } catch (OwnershipLostException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static boolean isDone(CompletableFuture<Void> one) throws InterruptedException {
        try {
            one.get();
            return true;
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof OwnershipLostException)) {
                LOG.warn("a workflow could not be taken to another era, trying again later", e.getCause());
            }
            return false;
        }
    }
}
