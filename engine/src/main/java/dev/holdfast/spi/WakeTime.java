package dev.holdfast.spi;

import java.time.Duration;
import java.time.Instant;

/** When a timer ends. Stored as ISO 8601. Immutable. */
public sealed interface WakeTime {
    /** The time at which a timer ends that was recorded at {@code start}. */
    Instant from(Instant start);

    /** The form that is stored: never change it. */
    String text();

    /** So long after the timer was recorded. */
    record After(Duration time) implements WakeTime {
        @Override
        public Instant from(Instant start) {
            return start.plus(time);
        }

        @Override
        public String text() {
            return time.toString();
        }
    }

    /** At this time. */
    record At(Instant time) implements WakeTime {
        @Override
        public Instant from(Instant start) {
            return time;
        }

        @Override
        public String text() {
            return time.toString();
        }
    }

    /** Reads the form that is stored. */
    static WakeTime parse(String text) {
        return text.startsWith("P") ? new After(Duration.parse(text)) : new At(Instant.parse(text));
    }
}
