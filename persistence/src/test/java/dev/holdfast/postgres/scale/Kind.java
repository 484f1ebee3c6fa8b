package dev.holdfast.postgres.scale;

import java.util.Locale;

/**
 * The kinds of workflows of the large database, and how many of each there are: in units of which a scale of 1 has a
 * million finished workflows.
 */
enum Kind {
    COMPLETED(870_000),
    /** Completed, under an id that its submitter chose; it has published values. */
    NAMED(100_000),
    /** Completed, and copied to the era after that of its acceptance. */
    MOVED(10_000),
    FAILED(10_000),
    CANCELLED(10_000),
    /** In the back-off of a retry, for days. */
    SLEEPING(100_000),
    PARKED(10_000),
    /** In a back-off that is over. */
    DUE(10_000),
    /** Due, of a version that no node has. */
    UNREGISTERED(1_000);

    private final int ofOne;

    Kind(int ofOne) {
        this.ofOne = ofOne;
    }

    int rows(double scale) {
        return (int) (ofOne * scale);
    }

    String prefix() {
        return name().toLowerCase(Locale.ROOT);
    }

    String id(int number) {
        return prefix() + "-" + number;
    }
}
