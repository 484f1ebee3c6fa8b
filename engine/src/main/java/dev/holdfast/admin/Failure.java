package dev.holdfast.admin;

/**
 * A stored error: the class name and the message of an exception. Read as part of other types of this package.
 * Immutable.
 *
 * @param type the class name, at most 200 characters, for people; the engine never loads a class by it
 * @param message at most 4,000 characters
 */
public record Failure(String type, String message) {
    static final int MESSAGE_MAX = 4_000;

    /** Cuts both texts to their limits and replaces characters that cannot be stored. */
    public Failure {
        type = StorableText.storable(type, Names.STEP_MAX);
        message = StorableText.storable(message, MESSAGE_MAX);
    }

    /** Makes the stored form of an exception. Called by the engine. */
    public static Failure of(Throwable thrown) {
        return new Failure(thrown.getClass().getName(), ThrowableText.message(thrown));
    }
}
