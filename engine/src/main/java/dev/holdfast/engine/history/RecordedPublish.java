package dev.holdfast.engine.history;

/** A recorded publishing of a value, without the value: no code gets it back. Immutable. */
public record RecordedPublish(String name) implements RecordedCall {
    /** Returns what {@link #description} says of a value of this name. */
    public static String description(String name) {
        return "publish of \"" + name + "\"";
    }

    @Override
    public String description() {
        return description(name);
    }
}
