package dev.holdfast.engine.execution;

import dev.holdfast.StepBody;
import dev.holdfast.StepScope;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call of a body on the thread of its branch, which is interrupted when the timeout expires, or when the branch has
 * lost. The flag of that interrupt never outlives the call.
 */
final class BodyCall {
    private final Thread thread = Thread.currentThread();
    private boolean running = true;
    private boolean timedOut;
    private boolean interrupted;

    private BodyCall() {}

    /**
     * Runs the body. Throws {@link StepTimeoutException} if the timeout expired, also if the body returned a value.
     *
     * @param stops may interrupt it; null if nothing may
     */
    static <T> @Nullable T run(
            StepBody<T> body,
            StepScope scope,
            @Nullable Duration limit,
            ScheduledExecutorService timer,
            @Nullable Stops stops)
            throws Exception {
        if (limit == null && stops == null) {
            return body.run(scope);
        }
        BodyCall call = new BodyCall();
        Future<?> alarm = limit == null
                ? null
                : timer.schedule(call::expire, TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS);
        try {
            if (stops != null) {
                stops.bodyBegins(call);
            }
            T value = body.run(scope);
            call.end(limit, null);
            return value;
        } catch (Throwable e) {
            call.end(limit, e);
            throw e;
        } finally {
            if (alarm != null) {
                alarm.cancel(false);
            }
            if (stops != null) {
                stops.bodyEnded();
            }
        }
    }

    private synchronized void expire() {
        timedOut = running;
        interrupt();
    }

    /** Interrupts the body, if it still runs. Called by any thread. */
    synchronized void interrupt() {
        if (running) {
            interrupted = true;
            thread.interrupt();
        }
    }

    private synchronized void end(@Nullable Duration limit, @Nullable Throwable thrown) throws StepTimeoutException {
        running = false;
        if (interrupted) {
            Thread.interrupted();
        }
        if (timedOut) {
            StepTimeoutException timeout =
                    new StepTimeoutException("the body took longer than its timeout of " + limit);
            if (thrown != null) {
                timeout.initCause(thrown);
            }
            throw timeout;
        }
    }
}
