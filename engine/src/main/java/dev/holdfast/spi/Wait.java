package dev.holdfast.spi;

/**
 * What an unloaded workflow waits for. Stored with its unloading as {@code kind:name}, and shown as {@code waitingFor}.
 * Immutable.
 */
public sealed interface Wait {
    /** As stored and shown; never change it. */
    String kind();

    /** What of this kind, such as the name of a signal; empty where the kind says all. */
    String name();

    /** The next attempt of a step. */
    record Retry(String step) implements Wait {
        @Override
        public String kind() {
            return "retry";
        }

        @Override
        public String name() {
            return step;
        }
    }

    /** As stored. */
    default String text() {
        return kind() + ":" + name();
    }
}
