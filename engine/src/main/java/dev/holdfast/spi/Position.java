package dev.holdfast.spi;

import java.util.Optional;

/**
 * The position of a call in the code of a workflow: its branch, and its number among the calls of that branch. Every
 * recorded call has one; only the path of the code determines it. Immutable.
 *
 * @param branch the path of a parallel branch: of the join that it belongs to, with its number, such as {@code 3.1} for
 *     the second branch of the join at call 3; {@link #MAIN} for the main branch
 * @param index from 0
 */
public record Position(String branch, int index) {
    /** The path of the main branch. */
    public static final String MAIN = "";

    /** Makes a position in the main branch. */
    public static Position main(int index) {
        return new Position(MAIN, index);
    }

    /** Returns the path of a branch of the join at this position. */
    public String branchPath(int number) {
        return (isMain() ? "" : branch + ".") + index + "." + number;
    }

    /** The branch of a join whose path is {@code branch}; empty for the main branch. */
    public static Optional<BranchOf> branchOf(String branch) {
        if (branch.isEmpty()) {
            return Optional.empty();
        }
        int number = branch.lastIndexOf('.');
        int join = branch.lastIndexOf('.', number - 1);
        return Optional.of(new BranchOf(
                new Position(
                        join < 0 ? MAIN : branch.substring(0, join),
                        Integer.parseInt(branch.substring(join + 1, number))),
                Integer.parseInt(branch.substring(number + 1))));
    }

    /**
     * A branch of a join.
     *
     * @param join the position of the join
     * @param number of the branch in that join, from 0
     */
    public record BranchOf(Position join, int number) {}

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
