package dev.holdfast.engine.history;

/**
 * A recorded making of a callback. Immutable.
 *
 * @param name of the callback
 */
public record RecordedCallback(String name, String url) implements RecordedCall {
    /** Returns what {@link #description} says of a callback of this name. */
    public static String description(String name) {
        return "callback \"" + name + "\"";
    }

    @Override
    public String description() {
        return description(name);
    }
}
