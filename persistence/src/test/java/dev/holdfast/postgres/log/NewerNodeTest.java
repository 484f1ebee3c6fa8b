package dev.holdfast.postgres.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.PostgresStore;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowKey;
import io.opentelemetry.api.OpenTelemetry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a newer node writes is unknown to this one, and does not keep it from reading the rest. */
class NewerNodeTest {
    private static final WorkflowKey ENDED = new WorkflowKey(1, 1, new UUID(1, 1));
    private static final WorkflowKey EVENT = new WorkflowKey(2, 1, new UUID(1, 2));
    private static final WorkflowKey CAUSE = new WorkflowKey(3, 1, new UUID(1, 3));
    private static final WorkflowKey ACTION = new WorkflowKey(4, 1, new UUID(1, 4));

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());

    @Test
    void anEventACauseAndAnActionOfANewerNodeHideNoOther() {
        DataSource dataSource = TestNode.dataSource(database.jdbcUrl());
        try (PostgresStore store = new PostgresStore(
                dataSource, dataSource, () -> {}, TestNode.config(database.jdbcUrl()), OpenTelemetry.noop())) {
            jdbi.useHandle(
                    handle -> handle.execute("insert into holdfast.event_kind (code, name) values (99, 'newer')"));
            log(ENDED, 30, null, null);
            log(EVENT, 99, null, null);
            log(CAUSE, 20, null, null);
            log(ACTION, 30, UUID.randomUUID(), "NEWER");
            String letter = """
                    insert into holdfast.dead_letter (at, bucket, era, seq, position, attempts, node, uid, cause,
                        error_class, error_message, stack)
                    values (now(), ?, 1, 1, 0, 1, 1, ?, 'NEWER', '', '', '')""";
            jdbi.useHandle(handle -> handle.execute(letter, CAUSE.bucket(), CAUSE.uid()));
            Map<UUID, WorkflowHead> heads = store.heads(List.of(ENDED, EVENT, CAUSE, ACTION));
            assertThat(event(heads, ENDED)).isInstanceOf(HistoryEvent.Ended.class);
            for (WorkflowKey newer : List.of(EVENT, CAUSE, ACTION)) {
                assertThat(event(heads, newer)).isInstanceOf(HistoryEvent.Unknown.class);
            }
        }
    }

    private void log(WorkflowKey key, int event, @Nullable UUID action, @Nullable String name) {
        String record = """
                insert into holdfast.log (record_id, at, bucket, era, seq, node, outcome_position, outcome_attempt,
                    outcome_state, event_position, event_attempt, format, event, uid, idempotency_key, name, detail)
                values (1, now(), ?, 1, 1, 1, -1, 0, 0, -1, 0, 1, ?, ?, ?, ?, '1')""";
        jdbi.useHandle(handle -> handle.execute(record, key.bucket(), event, key.uid(), action, name));
    }

    private static HistoryEvent event(Map<UUID, WorkflowHead> heads, WorkflowKey key) {
        WorkflowHead head = Objects.requireNonNull(heads.get(key.uid()));
        return Objects.requireNonNull(Objects.requireNonNull(head.lastEvent()).event());
    }
}
