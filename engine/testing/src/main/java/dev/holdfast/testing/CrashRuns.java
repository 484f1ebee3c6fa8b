package dev.holdfast.testing;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.AssertionFailedError;

/**
 * Runs a test without a crash, to count its records, and then twice for each of them: with a crash before the record
 * and behind it. Used by one thread.
 */
final class CrashRuns {
    /** Where the runs take place. */
    interface Place {
        /** Lets the next node that starts crash, on an empty database. */
        void begin(@Nullable Crash crash);

        /** The run since then; null if the test has used no node. */
        @Nullable
        TestRun current();

        /** Ends the run. */
        void end();
    }

    private final Place place;
    private final Executable test;

    CrashRuns(Place place, Executable test) {
        this.place = place;
        this.test = test;
    }

    void run() {
        long records = run(null);
        for (long record = 1; record <= records; record++) {
            run(new Crash(record, true));
            run(new Crash(record, false));
        }
    }

    /** Returns the number of records. */
    private long run(@Nullable Crash crash) {
        place.begin(crash);
        try {
            test.execute();
            TestRun run = place.current();
            return run == null ? 0 : run.records();
        } catch (Throwable e) {
            throw failure(crash, e);
        } finally {
            place.end();
        }
    }

    private AssertionFailedError failure(@Nullable Crash crash, Throwable e) {
        TestRun run = place.current();
        return new AssertionFailedError(
                "the test fails " + (crash == null ? "without a crash" : "if the node crashes " + crash) + ": " + e
                        + (run == null ? "" : "\n" + run.reports().workflows()),
                e);
    }
}
