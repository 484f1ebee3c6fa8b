package dev.holdfast.samples.bench;

/** The workloads: {@code probe.steps} without ledger, with empty bodies and values of 100 bytes. */
enum Workload {
    /** Workflows of one step. */
    W1(1),
    /** Workflows of ten steps. */
    W10(10),
    /** Workflows of ten steps by one caller, to measure latency. */
    SEQ(10);

    private final int steps;

    Workload(int steps) {
        this.steps = steps;
    }

    int steps() {
        return steps;
    }
}
