package dev.holdfast.engine.dispatch;

import dev.holdfast.spi.InboxCursor;
import dev.holdfast.spi.InboxMessage;
import dev.holdfast.spi.InboxPage;
import dev.holdfast.spi.SignalMessage;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Chooses what to read of the inbox, so that messages that cannot be decided yet cost nothing until something changes:
 * what arrived since the last read, and the messages to workflows that have changed. A slow sweep finds whatever was
 * missed. Read by one thread; any thread may say what has changed.
 */
final class InboxReader {
    private static final int PAGE = 256;
    /** Beyond these, the sweep finds the messages. */
    private static final int CHANGED_MAX = 10_000;

    private static final Duration BETWEEN_SWEPT_PAGES = Duration.ofSeconds(5);

    private final Store store;
    /** Workflows whose messages may be decidable now. */
    private final Set<WorkflowKey> changed = new LinkedHashSet<>();

    private volatile boolean restart;
    private InboxCursor arrived = InboxCursor.START;
    private InboxCursor swept = InboxCursor.START;
    private long sweepAtNanos;

    InboxReader(Store store) {
        this.store = store;
        this.sweepAtNanos = System.nanoTime() + BETWEEN_SWEPT_PAGES.toNanos();
    }

    /** The messages to this workflow may be decidable from now on. */
    void changed(WorkflowKey key) {
        synchronized (changed) {
            if (changed.size() < CHANGED_MAX) {
                changed.add(key);
            }
        }
    }

    /** Messages of any age may be this node's from now on. */
    void gained() {
        restart = true;
    }

    /** Passes on what may be decidable, in pages. */
    void read(Consumer<List<InboxMessage>> decide) {
        readChanged(decide);
        readArrived(decide);
        sweep(decide);
    }

    /** Passes on the messages to these workflows. */
    void read(Collection<WorkflowKey> keys, Consumer<List<InboxMessage>> decide) {
        List<InboxMessage> messages = store.inbox(keys, PAGE);
        if (!messages.isEmpty()) {
            decide.accept(messages);
        }
        messages.stream()
                .filter(SignalMessage.class::isInstance)
                .map(InboxMessage::key)
                .forEach(this::changed); // more may follow those of this page
    }

    private void readChanged(Consumer<List<InboxMessage>> decide) {
        int left = changedNow();
        while (left > 0) {
            List<WorkflowKey> page = take(Math.min(left, PAGE));
            left -= PAGE;
            try {
                read(page, decide);
            } catch (RuntimeException e) {
                page.forEach(this::changed);
                throw e;
            }
        }
    }

    private int changedNow() {
        synchronized (changed) {
            return changed.size();
        }
    }

    private List<WorkflowKey> take(int most) {
        synchronized (changed) {
            List<WorkflowKey> taken = new ArrayList<>();
            Iterator<WorkflowKey> keys = changed.iterator();
            while (taken.size() < most && keys.hasNext()) {
                taken.add(keys.next());
                keys.remove();
            }
            return taken;
        }
    }

    private void readArrived(Consumer<List<InboxMessage>> decide) {
        if (restart) {
            restart = false;
            arrived = InboxCursor.START;
        }
        InboxPage page;
        do {
            page = store.inbox(arrived, PAGE);
            decide.accept(page.messages());
            arrived = page.next();
        } while (!page.isLast());
    }

    private void sweep(Consumer<List<InboxMessage>> decide) {
        if (System.nanoTime() - sweepAtNanos < 0) {
            return;
        }
        InboxPage page = store.inbox(swept, PAGE);
        decide.accept(page.messages());
        swept = page.isLast() ? InboxCursor.START : page.next();
        sweepAtNanos = System.nanoTime() + BETWEEN_SWEPT_PAGES.toNanos();
    }
}
