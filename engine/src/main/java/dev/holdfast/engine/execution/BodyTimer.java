package dev.holdfast.engine.execution;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Makes the timer that interrupts bodies which exceed their timeout. Stateless. */
public final class BodyTimer {
    private BodyTimer() {}

    /**
     * Starts its thread, which the caller ends. A timeout is removed when its body ends, so timeouts do not pile up.
     */
    public static ScheduledExecutorService start(Platform platform) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, platform.daemons("holdfast-timeouts"));
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
