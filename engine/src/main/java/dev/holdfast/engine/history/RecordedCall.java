package dev.holdfast.engine.history;

/** A call that the log has. Filled with its {@link History}, then read by the thread of its branch. */
public sealed interface RecordedCall
        permits RecordedStep,
                RecordedWait,
                RecordedTime,
                RecordedMarker,
                RecordedCallback,
                RecordedPublish,
                RecordedJoin,
                RecordedChild {
    /** The call in the words of a message, such as {@code step "charge"}. */
    String description();
}
