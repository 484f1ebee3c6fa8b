package dev.holdfast.engine.execution;

import dev.holdfast.Callback;
import dev.holdfast.spi.WakeTime;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A callback of one branch. Each wait for it is a call of the branch; once it is answered, none is needed any more. */
final class BranchCallback<T> implements Callback<T> {
    /** Waits in the branch; with null without a limit. */
    @FunctionalInterface
    interface Waiter<T> {
        Optional<T> await(WakeTime.@Nullable After atMost);
    }

    private final String url;
    private final Waiter<T> waiter;
    private @Nullable T answer;

    BranchCallback(String url, Waiter<T> waiter) {
        this.url = url;
        this.waiter = waiter;
    }

    @Override
    public String url() {
        return url;
    }

    @Override
    public T await() {
        return awaited(null).orElseThrow();
    }

    @Override
    public Optional<T> await(Duration atMost) {
        WaitLimits.requireDuration("await", atMost);
        return awaited(new WakeTime.After(atMost));
    }

    private Optional<T> awaited(WakeTime.@Nullable After atMost) {
        if (answer == null) {
            answer = waiter.await(atMost).orElse(null);
        }
        return Optional.ofNullable(answer);
    }
}
