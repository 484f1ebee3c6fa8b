package dev.holdfast.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.Failure;
import dev.holdfast.engine.Await;
import dev.holdfast.spi.DeadLetterId;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.MessageFormatter;

final class FailureLogTest {
    private static final Failure REFUSED = new Failure("java.net.ConnectException", "Connection refused");

    private static final String STACK =
            "java.net.ConnectException: Connection refused\n\tat dev.holdfast.Bank.charge(Bank.java:1)\n";

    private final ScheduledExecutorService timer = BodyTimer.start(new Platform());
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final FailureLog failures = new FailureLog(
            new Lines(), timer, Duration.ofMillis(300), key -> "h" + key.uid().getLeastSignificantBits());

    @AfterEach
    void close() {
        timer.shutdownNow();
    }

    private static Intent intent(String step, int attempt) {
        return new Intent(Position.main(0), attempt, step, new UUID(1, 1), Intent.COMPENSATES_NOTHING);
    }

    private static DeadLetterId id(int workflow) {
        return new DeadLetterId(new WorkflowKey(0, 0, new UUID(0, workflow)), 7);
    }

    private static ParkingReason letter(@Nullable String step) {
        return new ParkingReason(Cause.RETRIES_EXHAUSTED, step, Position.main(0), null, 3, REFUSED, STACK);
    }

    @Test
    void aFailedAttemptIsOneLine() {
        failures.attempt("w-1", intent("charge", 2), REFUSED, Duration.ofMillis(1_500));
        assertThat(lines)
                .containsExactly(
                        "workflow=w-1 attempt 2 of step charge of workflow w-1 has failed, the next one comes in 1.5 s:"
                                + " java.net.ConnectException: Connection refused");
    }

    @Test
    void aParkingHasItsPlaceAndStack() {
        failures.parked("w-1", "pay", id(1), letter("charge"));
        failures.parked("w-2", "pay", id(2), letter(null));
        assertThat(lines)
                .containsExactly(
                        "workflow=w-1 workflow w-1 is parked as RETRIES_EXHAUSTED at step charge, dead letter h1.7: "
                                + STACK.strip(),
                        "workflow=w-2 workflow w-2 is parked as RETRIES_EXHAUSTED between steps, dead letter h2.7: "
                                + STACK.strip());
    }

    @Test
    void twoHundredAlikeAreTwoLines() {
        for (int i = 0; i < 200; i++) {
            failures.parked("w-" + i, "pay", id(i), letter("charge"));
        }
        assertThat(lines).hasSize(1);
        Await.until("the burst is over", () -> lines.size() == 2);
        assertThat(lines.getLast())
                .isEqualTo("199 more workflows of pay that are parked as RETRIES_EXHAUSTED at step charge by"
                        + " java.net.ConnectException in 0.3 s");
        failures.parked("w-200", "pay", id(200), letter("charge"));
        assertThat(lines).hasSize(3);
    }

    @Test
    void aNodeThatClosesLogsToTheEnd() {
        timer.shutdownNow();
        failures.parked("w-1", "pay", id(1), letter("charge"));
        failures.parked("w-2", "pay", id(2), letter("charge"));
        assertThat(lines).hasSize(2);
    }

    @Test
    void kindsDoNotPileUp() {
        for (int i = 0; i < 5_000; i++) {
            failures.attempt("w-1", intent("step-" + i, 1), REFUSED, Duration.ZERO);
        }
        assertThat(lines).hasSizeLessThanOrEqualTo(1_001);
    }

    /** Keeps what is logged, with the key-value pairs in front. */
    private final class Lines extends AbstractLogger {
        private static final long serialVersionUID = 1L;

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String pattern,
                Object @Nullable [] arguments,
                @Nullable Throwable thrown) {
            lines.add(MessageFormatter.basicArrayFormat(pattern, arguments));
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isTraceEnabled(Marker marker) {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled(Marker marker) {
            return false;
        }

        @Override
        public boolean isInfoEnabled() {
            return false;
        }

        @Override
        public boolean isInfoEnabled(Marker marker) {
            return false;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled(Marker marker) {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled(Marker marker) {
            return true;
        }
    }
}
