package dev.holdfast;

/**
 * Thrown in a restored copy of a database until an operator adopts it: nothing runs in it, and nothing is accepted.
 * Programs get it from submissions. Unchecked, immutable.
 */
public class NotAdoptedException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Made by the store. */
    public NotAdoptedException() {
        super("this database is a restored copy that nobody has adopted: nothing runs in it and it accepts nothing, so"
                + " that no step runs both here and in the original. See what may have happened there with"
                + " `./holdfast adopt --list`; if the original is gone, run `./holdfast adopt --reason ...`");
    }
}
