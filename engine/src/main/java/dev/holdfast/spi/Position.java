package dev.holdfast.spi;

/**
 * The position of a call in the code of a workflow: its branch, and its number among the calls of that branch. Every
 * recorded call has one; only the path of the code determines it. Immutable.
 *
 * @param branch the path of a parallel branch; {@link #MAIN} for the main branch
 * @param index from 0
 */
public record Position(String branch, int index) {
    /** The path of the main branch. */
    public static final String MAIN = "";

    /** Makes a position in the main branch. */
    public static Position main(int index) {
        return new Position(MAIN, index);
    }

    /** Whether it is in the main branch. */
    public boolean isMain() {
        return branch.isEmpty();
    }

    /** The form for users, such as {@code 4}, or {@code 3.1:4} in branch 3.1. */
    @Override
    public String toString() {
        return isMain() ? String.valueOf(index) : branch + ":" + index;
    }
}
