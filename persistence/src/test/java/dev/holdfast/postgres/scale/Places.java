package dev.holdfast.postgres.scale;

import dev.holdfast.spi.WorkflowKey;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * The workflows of which the calls ask.
 *
 * @param samples what a node wrote
 * @param copies a hundred copies of each
 * @param actions a hundred decided actions
 */
record Places(Map<Kind, WorkflowKey> samples, Map<Kind, List<WorkflowKey>> copies, List<UUID> actions) {
    static Places of(Handle handle, Map<Kind, WorkflowKey> samples, Map<Kind, List<WorkflowKey>> copies) {
        return new Places(
                samples,
                copies,
                handle.createQuery("select id from holdfast.audit where decided order by at desc limit 100")
                        .mapTo(UUID.class)
                        .list());
    }

    WorkflowKey sample(Kind kind) {
        return Objects.requireNonNull(samples.get(kind));
    }

    List<WorkflowKey> copies(Kind kind) {
        return Objects.requireNonNull(copies.get(kind));
    }

    WorkflowKey copy(Kind kind) {
        return copies(kind).get(0);
    }
}
