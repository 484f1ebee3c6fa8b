package dev.holdfast.engine.dispatch;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heads of claimed workflows: all by one statement, or if one of them cannot be read, each by itself when it is
 * asked for. Immutable.
 *
 * @param together by uid; null if they are read one by one
 */
record Heads(Store store, @Nullable Map<UUID, WorkflowHead> together) {
    private static final Logger LOG = LoggerFactory.getLogger(Heads.class);

    /** Reads them. Throws {@link StoreUnavailableException}. */
    static Heads of(Store store, Collection<WorkflowKey> keys) {
        try {
            return new Heads(store, keys.isEmpty() ? Map.of() : store.heads(keys));
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.debug("heads are read one by one", e);
            return new Heads(store, null);
        }
    }

    /** The head of this workflow; empty if it has no record. Throws if it cannot be read. */
    Optional<WorkflowHead> of(WorkflowKey key) {
        return together == null ? store.head(key) : Optional.ofNullable(together.get(key.uid()));
    }

    /** Whether a workflow with this head was removed. A record would bring it back. */
    boolean isGone(WorkflowKey key, Optional<WorkflowHead> head) {
        return head.isEmpty() && store.load(List.of(key)).isEmpty();
    }
}
