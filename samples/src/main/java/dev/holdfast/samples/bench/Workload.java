package dev.holdfast.samples.bench;

/** What is run: {@code probe.steps} without ledger, bodies that do nothing, values of 100 bytes. */
enum Workload {
    /** Workflows of one step. */
    W1(1),
    /** Workflows of ten steps. */
    W10(10),
    /** Workflows of ten steps by one caller: what a wait costs. */
    SEQ(10);

    private final int steps;

    Workload(int steps) {
        this.steps = steps;
    }

    int steps() {
        return steps;
    }
}
