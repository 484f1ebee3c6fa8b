package dev.holdfast.engine.dispatch;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.engine.execution.Platform;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls the store for answers that callers of this node wait for and other nodes record: one query for all callers, and
 * none while no caller waits. A thread of its own.
 */
public final class RemoteResultPoller {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteResultPoller.class);
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final List<Runnable> polls;
    private final Thread thread;

    /** {@code name} is that of the thread. */
    public RemoteResultPoller(Platform platform, String name, Runnable... polls) {
        this.polls = List.of(polls);
        this.thread = platform.daemons(name).newThread(this::run);
    }

    public void start() {
        thread.start();
    }

    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(INTERVAL);
                polls.forEach(RemoteResultPoller::run);
            }
        } catch (InterruptedException e) {
            LOG.debug("the result poller ends");
        }
    }

    private static void run(Runnable poll) {
        try {
            poll.run();
        } catch (StoreUnavailableException e) {
            LOG.debug("the store is unavailable, results are read later", e);
        } catch (RuntimeException | Error e) { // without this thread callers would wait for nothing
            LOG.error("polling for results has failed, retrying", e);
        }
    }
}
