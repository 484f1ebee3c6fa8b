package dev.holdfast.engine.execution;

import dev.holdfast.engine.history.BranchHistory;
import dev.holdfast.spi.HistoryEvent.BranchStopped;
import java.util.Optional;

/**
 * Delivers to the code of one branch, at a call and once, that it must stop. Used by the thread of the branch; others
 * may request the stop.
 */
interface Stops {
    /**
     * Throws if the log has a stop at this call. If the call is cancellable, delivers one that is due: records it, then
     * throws it.
     */
    void atCall(Call call, BranchHistory history);

    /** Whether {@link #atCall} would deliver a stop that is requested now. */
    boolean isDueAt(Call call);

    /** Whether {@link #atCall} would deliver that another branch has decided the join. */
    boolean isLost();

    /**
     * The error that each call of a stopped branch throws, except in a compensation; empty before a stop was delivered.
     */
    Optional<Cancellation> delivered();

    /** Why the branches within this one stop when this one was stopped by {@link Cancellation}. */
    BranchStopped.Why why();

    /** A body of the branch that a lost join may interrupt begins. */
    void bodyBegins(BodyCall body);

    /** That body has ended. */
    void bodyEnded();
}
