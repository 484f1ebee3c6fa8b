package dev.holdfast.engine.execution;

import dev.holdfast.StepBody;
import dev.holdfast.StepScope;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call of a body on the workflow's thread, which is interrupted when the timeout expires. The flag of that
 * interrupt never outlives the call.
 */
final class BodyCall {
    private final Thread thread = Thread.currentThread();
    private boolean running = true;
    private boolean timedOut;

    private BodyCall() {}

    /** Runs the body. Throws {@link StepTimeoutException} if the timeout expired, also if the body returned a value. */
    static <T> @Nullable T run(
            StepBody<T> body, StepScope scope, @Nullable Duration limit, ScheduledExecutorService timer)
            throws Exception {
        if (limit == null) {
            return body.run(scope);
        }
        BodyCall call = new BodyCall();
        Future<?> alarm = timer.schedule(call::expire, TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS);
        try {
            T value = body.run(scope);
            call.end(limit, null);
            return value;
        } catch (Throwable e) {
            call.end(limit, e);
            throw e;
        } finally {
            alarm.cancel(false);
        }
    }

    private synchronized void expire() {
        if (running) {
            timedOut = true;
            thread.interrupt();
        }
    }

    private synchronized void end(Duration limit, @Nullable Throwable thrown) throws StepTimeoutException {
        running = false;
        if (timedOut) {
            Thread.interrupted();
            StepTimeoutException timeout =
                    new StepTimeoutException("the body took longer than its timeout of " + limit);
            if (thrown != null) {
                timeout.initCause(thrown);
            }
            throw timeout;
        }
    }
}
