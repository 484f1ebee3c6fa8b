package dev.holdfast.postgres.doctor;

import java.util.List;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Checks standbys and replication slots. */
final class ReplicationChecks {
    private final Limits limits;

    ReplicationChecks(Limits limits) {
        this.limits = limits;
    }

    List<Check> all() {
        return List.of(new Check("standbys", this::standbys), new Check("slots", this::slots));
    }

    private Finding standbys(Handle handle) {
        ServerSql server = handle.attach(ServerSql.class);
        if (server.isStandby()) {
            return Finding.noData("standbys", "a standby does not know the others", "Run the doctor on the primary.");
        }
        List<ReplicationSql.Standby> all = handle.attach(ReplicationSql.class).standbys();
        if (all.stream().anyMatch(standby -> !standby.shown())) {
            return Finding.noData("standbys", "this role cannot see their state", ActivityChecks.GRANT);
        }
        String wanted = server.setting("synchronous_standby_names");
        if (!wanted.isBlank() && all.stream().noneMatch(ReplicationSql.Standby::synchronous)) {
            return Finding.degraded(
                    "standbys",
                    "commits wait for synchronous_standby_names = " + wanted
                            + ", and none of these standbys is connected",
                    "Start that standby, or take it out of synchronous_standby_names.");
        }
        if (all.isEmpty()) {
            return Finding.ok("standbys", "none is connected, and no commit waits for one");
        }
        String seen = all.stream()
                .map(standby -> standby.name() + (standby.synchronous() ? " (synchronous)" : "") + " "
                        + megabytes(standby.lagBytes()) + " behind")
                .collect(Collectors.joining(", "));
        return all.stream().anyMatch(standby -> standby.lagBytes() > limits.lagBytes())
                ? Finding.degraded("standbys", seen, "Check disk and network of the standby that is behind.")
                : Finding.ok("standbys", seen);
    }

    private Finding slots(Handle handle) {
        if (handle.attach(ServerSql.class).isStandby()) {
            return Finding.noData(
                    "slots", "a standby does not know what they retain", "Run the doctor on the primary.");
        }
        List<ReplicationSql.Slot> all = handle.attach(ReplicationSql.class).slots();
        if (all.isEmpty()) {
            return Finding.ok("slots", "there are none");
        }
        String seen = all.stream()
                .map(slot -> slot.name()
                        + (slot.active() ? " retains " : " is inactive and retains ")
                        + megabytes(slot.heldBytes()))
                .collect(Collectors.joining(", "));
        return all.stream().anyMatch(slot -> !slot.active() || slot.heldBytes() > limits.lagBytes())
                ? Finding.degraded(
                        "slots",
                        seen,
                        "Start its consumer, or drop it with pg_drop_replication_slot: otherwise the disk fills up.")
                : Finding.ok("slots", seen);
    }

    private static String megabytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}
