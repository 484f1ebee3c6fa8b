package dev.holdfast.engine.dispatch;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.spi.OwnershipLostException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node is open. All that users call passes through here, so that a closed node says so, whatever part of
 * it a call meets. Safe for all threads.
 */
public final class OpenNode {
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Closes; false if it was closed before. */
    public boolean close() {
        return closed.compareAndSet(false, true);
    }

    public boolean isOpen() {
        return !closed.get();
    }

    /** Throws {@link StoreUnavailableException} once this node is closed. */
    void require() {
        if (!isOpen()) {
            throw closed(null);
        }
    }

    /** Runs a call. Throws {@link StoreUnavailableException} if this node is closed, or closes meanwhile. */
    public <T extends @Nullable Object> T call(Supplier<T> call) {
        require();
        try {
            return call.get();
        } catch (StoreUnavailableException e) {
            throw isOpen() || e.workflowId().isPresent() ? e : closed(e);
        } catch (OwnershipLostException e) {
            throw isOpen() ? e : closed(e);
        }
    }

    static StoreUnavailableException closed(@Nullable Throwable cause) {
        return new StoreUnavailableException(
                "this node is closed: it accepts and answers nothing any more; ask another node, or start a new one",
                cause);
    }
}
