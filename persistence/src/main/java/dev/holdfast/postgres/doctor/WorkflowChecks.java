package dev.holdfast.postgres.doctor;

import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Checks for workflows that should run and do not, and for dead letters, which wait for an operator. */
final class WorkflowChecks {
    private static final int COUNTED_MAX = 10_000;

    private final Limits limits;

    WorkflowChecks(Limits limits) {
        this.limits = limits;
    }

    List<Check> all() {
        return List.of(
                new Check("stalled-workflows", this::stalled),
                new Check("versions", WorkflowChecks::versions),
                new Check("dead-letters", WorkflowChecks::deadLetters));
    }

    private Finding stalled(Handle handle) {
        WorkflowSql sql = handle.attach(WorkflowSql.class);
        int late = sql.late(limits.late().toMillis(), COUNTED_MAX);
        Integer[] ownerless = handle
                .attach(OwnershipSql.class)
                .buckets(limits.silence().toMillis())
                .stream()
                .filter(bucket -> !bucket.owned())
                .map(OwnershipSql.Bucket::bucket)
                .toArray(Integer[]::new);
        int stranded = ownerless.length == 0 ? 0 : sql.stranded(ownerless, COUNTED_MAX);
        String seen = counted(late) + " due for more than " + limits.late().toSeconds() + " s, " + counted(stranded)
                + " running in buckets without a living owner";
        return late == 0 && stranded == 0
                ? Finding.ok("stalled-workflows", seen)
                : Finding.degraded(
                        "stalled-workflows",
                        seen,
                        "Check nodes and buckets above; if all nodes live, start more: these do not keep up.");
    }

    private static Finding versions(Handle handle) {
        List<WorkflowSql.MissingVersion> missing =
                handle.attach(WorkflowSql.class).missingVersions(COUNTED_MAX);
        return missing.isEmpty()
                ? Finding.ok("versions", "no workflow waits for a version of its definition")
                : Finding.degraded(
                        "versions",
                        missing.stream()
                                .map(one -> counted(one.workflows()) + " wait for " + one.version())
                                .collect(Collectors.joining(", ")),
                        "Register these versions on every node that registers workflows, and start it again;"
                                + " `./holdfast nodes` shows what each registers.");
    }

    private static Finding deadLetters(Handle handle) {
        WorkflowSql sql = handle.attach(WorkflowSql.class);
        int parked = sql.parked(COUNTED_MAX);
        if (parked == 0) {
            return Finding.ok("dead-letters", "none is open");
        }
        String newest = sql.newest().stream().map(WorkflowChecks::described).collect(Collectors.joining("; "));
        return Finding.degraded(
                "dead-letters",
                counted(parked) + " open; newest: " + newest,
                "`./holdfast dead-letters list`, fix the cause, then retry or discard.");
    }

    private static String described(WorkflowSql.Letter letter) {
        return letter.cause() + (letter.step() == null ? "" : " in step " + letter.step()) + " at "
                + letter.at().toInstant().truncatedTo(ChronoUnit.SECONDS) + ", " + letter.errorClass();
    }

    private static String counted(int number) {
        return number == COUNTED_MAX ? "at least " + number : String.valueOf(number);
    }
}
