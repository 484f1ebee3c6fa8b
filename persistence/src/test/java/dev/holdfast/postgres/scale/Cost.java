package dev.holdfast.postgres.scale;

import dev.holdfast.postgres.checkpoint.TableReads;
import dev.holdfast.postgres.checkpoint.TableReads.Read;
import java.util.Arrays;
import java.util.Locale;
import org.assertj.core.api.SoftAssertions;
import org.jdbi.v3.core.Handle;

/**
 * What a call cost: what it returned, what it read of the workflow tables, and how long it took, the first time in a
 * session and then, as the median of five, or once if it is long.
 */
record Cost(Call call, int items, Read read, double firstMillis, double millis) {
    private static final int TIMES = 5;
    private static final int LONG_MILLIS = 1_000;
    /** What a call that reads all open rows may read besides. */
    private static final int OTHER_ROWS_MAX = 30_000;

    /**
     * A call of the store.
     *
     * @param scansMax the sequential scans of tables that it may do
     * @param rowsMax the rows and entries of indexes that it may read
     */
    record Call(String name, int scansMax, long rowsMax, Question question) {
        /** Each worker of a parallel scan counts as one; two are PostgreSQL's default. */
        static final int SCANS_OF_ONE_READING = 3;

        /** One whose cost does not depend on the size of the database. */
        Call(String name, long rowsMax, Question question) {
            this(name, 0, rowsMax, question);
        }

        /** One that reads the table of open workflows once, because it is rare; helped by up to two workers. */
        static Call ofAllOpen(String name, long openRows, Question question) {
            return new Call(name, SCANS_OF_ONE_READING, openRows + OTHER_ROWS_MAX, question);
        }

        /** For a machine that is busy with something else; the table has the figures. */
        double millisMax() {
            return 2_000 + rowsMax / 20.0;
        }
    }

    /** Asks the store, and returns how many items it answered. */
    interface Question {
        int ask() throws Exception;
    }

    static Cost of(Call call, TableReads reads, Handle session) throws Exception {
        long began = System.nanoTime();
        int items = call.question().ask();
        double first = since(began);
        Read read = reads.of(session, () -> call.question().ask());
        double[] times = new double[first < LONG_MILLIS ? TIMES : 1];
        for (int time = 0; time < times.length; time++) {
            began = System.nanoTime();
            call.question().ask();
            times[time] = since(began);
        }
        Arrays.sort(times);
        return new Cost(call, items, read, first, times[times.length / 2]);
    }

    private static double since(long began) {
        return (System.nanoTime() - began) / 1e6;
    }

    void verify(SoftAssertions all) {
        all.assertThat(read.scans()).as("sequential scans of %s", call.name()).isLessThanOrEqualTo(call.scansMax());
        all.assertThat(read.rows()).as("rows read by %s", call.name()).isLessThanOrEqualTo(call.rowsMax());
        all.assertThat(millis).as("milliseconds of %s", call.name()).isLessThanOrEqualTo(call.millisMax());
    }

    /** A row of the table in docs/performance.md. */
    String row() {
        return String.format(
                Locale.ROOT,
                "| %s | %,d | %d | %,d | %,d | %,.1f | %,.1f |",
                call.name(),
                items,
                read.scans(),
                read.rows(),
                call.rowsMax(),
                firstMillis,
                millis);
    }
}
