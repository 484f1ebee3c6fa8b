package dev.holdfast.engine.execution;

import dev.holdfast.engine.history.BranchHistory;
import dev.holdfast.spi.Position;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Numbers the calls of one branch, its steps, and the values that it draws. Used by the thread of the branch.
 *
 * <p>A recorded marker has a number of its own. One that the code does not ask for is skipped, so that the calls behind
 * it keep their numbers, and their idempotency keys. Values are drawn by the number of calls without markers: it cannot
 * be known whether a marker that the code dropped stood before or behind a draw.
 */
final class CallNumbers {
    private final String branch;
    private final BranchHistory history;
    private int calls;
    private int markers;
    private int steps;
    private int draws;

    CallNumbers(String branch, BranchHistory history) {
        this.branch = branch;
        this.history = history;
    }

    /** The number of the next call, behind the markers that the code has not asked for. */
    int next() {
        moveTo(history.behindMarkers(calls));
        return calls;
    }

    /** Takes the position of the next call. */
    Position take() {
        Position position = new Position(branch, next());
        history.reach(position.index());
        calls++;
        draws = 0;
        return position;
    }

    /** Takes the number of the next step among the steps, as users see it. */
    int takeStep() {
        return steps++;
    }

    /** The number of the last step; -1 before the first. */
    int lastStep() {
        return steps - 1;
    }

    /** The last call; empty before the first. */
    Optional<Position> last() {
        return calls == 0 ? Optional.empty() : Optional.of(new Position(branch, calls - 1));
    }

    /** Passes the marker with this id, if it is recorded here. */
    boolean passMarker(String id) {
        OptionalInt index = history.marker(calls, id);
        index.ifPresent(found -> {
            history.reach(found);
            moveTo(found + 1);
        });
        return index.isPresent();
    }

    /**
     * Takes the position of a new marker; empty if the log has a call behind this place. Other markers are none:
     * nothing has followed from them yet.
     */
    Optional<Position> takeMarker() {
        int index = history.behindMarkers(calls);
        if (history.isReplayed(index)) {
            return Optional.empty();
        }
        moveTo(index + 1);
        return Optional.of(new Position(branch, index));
    }

    private void moveTo(int index) {
        markers += index - calls;
        calls = index;
    }

    /** Whether the log shows that the code has come past this place. */
    boolean isReplayed() {
        return history.isReplayed(calls);
    }

    /** Takes the place of the next value that is drawn. */
    Draw draw(WorkflowIdentity workflow) {
        Position next = new Position(branch, calls - markers);
        return new Draw(workflow.key().uid(), workflow.run(), next, draws++);
    }
}
