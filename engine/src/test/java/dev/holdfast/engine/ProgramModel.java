package dev.holdfast.engine;

import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.WorkflowStatus;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What becomes of a {@link Program} in a world without crashes. One instance for one program. */
final class ProgramModel {
    /**
     * How it ends.
     *
     * @param text the result, or the failure's message, or nothing
     * @param effects the positions whose bodies come to their effect
     */
    record Expected(WorkflowStatus status, Optional<Cause> cause, String text, Set<Integer> effects) {}

    private static final class Parked extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final Cause cause;

        Parked(Cause cause) {
            this.cause = cause;
        }
    }

    private static final class Rejected extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final StringBuilder text = new StringBuilder();
    private final Set<Integer> effects = new LinkedHashSet<>();
    private int next;

    Expected run(Program program) {
        try {
            for (int i = 0; i < program.parts().size(); i++) {
                part(i, program.parts().get(i));
            }
        } catch (Parked e) {
            return parked(e.cause);
        } catch (Rejected e) {
            return parked(Cause.NON_RETRYABLE);
        }
        return switch (program.end()) {
            case RESULT -> new Expected(WorkflowStatus.COMPLETED, Optional.empty(), text.toString(), effects);
            case FAILURE -> new Expected(WorkflowStatus.FAILED, Optional.empty(), text.toString(), effects);
            case BUG -> parked(Cause.NON_RETRYABLE);
        };
    }

    private Expected parked(Cause cause) {
        return new Expected(WorkflowStatus.DEAD_LETTERED, Optional.of(cause), "", effects);
    }

    private void part(int index, Program.Part part) {
        try {
            switch (part) {
                case Program.Single single -> text.append(step(single.action(), Cause.RETRIES_EXHAUSTED));
                case Program.Block block -> block(block);
            }
        } catch (Rejected e) {
            if (!part.caught()) {
                throw e;
            }
            text.append("part ").append(index).append(" was rejected;");
        }
    }

    private void block(Program.Block block) {
        List<Program.Action> undos = new ArrayList<>();
        try {
            for (Program.Undoable step : block.steps()) {
                text.append(step(step.action(), Cause.RETRIES_EXHAUSTED));
                undos.add(step.undo());
            }
        } catch (Rejected e) {
            undos.reversed().forEach(this::undo);
            throw e;
        }
    }

    /** The code cannot see it; a rejection is of no use to it. */
    private void undo(Program.Action action) {
        boolean possible = action.fate() == Program.Fate.VALUE;
        step(possible ? action : new Program.Action(0, Program.Fate.NEVER), Cause.COMPENSATION_FAILED);
    }

    private String step(Program.Action action, Cause ifNever) {
        int position = next++;
        return switch (action.fate()) {
            case VALUE -> {
                effects.add(position);
                yield position + ";";
            }
            case REJECTION -> throw new Rejected();
            case NEVER -> throw new Parked(ifNever);
        };
    }
}
