package dev.holdfast.samples.bench;

/**
 * One run of a workload.
 *
 * @param millisP50 of a whole workflow, submission to result
 * @param commitsPerStep of the whole database, heartbeats included
 * @param walBytesPerStep of the whole server
 * @param postgresMicrosPerStep CPU time of the server's processes
 * @param jvmMicrosPerStep CPU time of this process, callers included
 */
record Measurement(
        Workload workload,
        int callers,
        double workflowsPerSecond,
        double stepsPerSecond,
        double millisP50,
        double millisP99,
        double commitsPerStep,
        double walBytesPerStep,
        double postgresMicrosPerStep,
        double jvmMicrosPerStep) {}
