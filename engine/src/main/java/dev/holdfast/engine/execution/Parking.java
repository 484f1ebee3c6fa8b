package dev.holdfast.engine.execution;

import dev.holdfast.spi.ParkingReason;

/** Parks the workflow of one execution. Used by the workflow's thread. */
record Parking(WorkflowLog log, CancelDelivery cancel) {
    /** Parks the workflow; returns the error to throw once the parking is committed. */
    Unwind park(ParkingReason reason) {
        Unwind unwind = log.park(reason);
        cancel.parked();
        return unwind;
    }
}
