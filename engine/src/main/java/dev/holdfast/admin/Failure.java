package dev.holdfast.admin;

/**
 * An error as it is stored and shown: the class name and message of what was thrown. Immutable.
 *
 * @param type the class name, for people; nothing is ever loaded by it
 * @param message at most 4,000 characters
 */
public record Failure(String type, String message) {
    private static final int MESSAGE_MAX = 4_000;

    /** Cuts and cleans, so that every failure can be stored. */
    public Failure {
        type = StorableText.storable(type, Names.STEP_MAX);
        message = StorableText.storable(message, MESSAGE_MAX);
    }

    /** What is kept of an exception. */
    public static Failure of(Throwable thrown) {
        String message = thrown.getMessage();
        return new Failure(thrown.getClass().getName(), message == null ? "" : message);
    }
}
