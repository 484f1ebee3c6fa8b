package dev.holdfast.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.Step;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database is used only if it can store every text. */
@Timeout(60)
class EncodingTest {
    private static final Definition<String, String> ECHO = Definition.of("echo", 1, String.class, String.class);
    private static final String FACE = "\uD83D\uDE00";

    @SuppressWarnings("resource") // It must not come to an engine.
    @ParameterizedTest
    @ValueSource(strings = {"LATIN1", "SQL_ASCII"})
    void anotherEncodingIsRefusedBeforeAnythingIsStored(String encoding) {
        try (TestDatabase database = TestDatabase.encoded(encoding)) {
            assertThatThrownBy(() -> PostgresHoldfast.on(database.dataSource()).start())
                    .isInstanceOf(HoldfastException.class)
                    .hasMessageContaining("encoding " + encoding)
                    .hasMessageContaining("encoding 'UTF8' template template0");
            assertThat(count(database, "select count(*) from pg_namespace where nspname = 'holdfast'"))
                    .isZero();
        }
    }

    @Test
    void symbolsBeyondTheBasicPlaneAreKeptEverywhere() throws Exception {
        try (TestDatabase database = TestDatabase.migrated();
                Holdfast engine = PostgresHoldfast.on(TestNode.config(database.jdbcUrl()))
                        .register(
                                ECHO, (ctx, input) -> ctx.step(Step.named("send " + FACE), String.class, step -> input))
                        .start()) {
            WorkflowHandle<String> handle =
                    engine.submit(ECHO, FACE, Submission.key("one").label("mood " + FACE, "very " + FACE));

            assertThat(handle.result(Duration.ofSeconds(20))).isEqualTo(FACE);
            assertThat(engine.admin()
                            .list(WorkflowFilter.newest(5).label("mood " + FACE, "very " + FACE))
                            .items())
                    .extracting(WorkflowSummary::id)
                    .containsExactly(handle.id());
            assertThat(engine.admin()
                            .history(handle.id(), PageRequest.first(10))
                            .items())
                    .extracting(HistoryItem::name)
                    .contains("send " + FACE);
        }
    }

    private static long count(TestDatabase database, String sql) {
        return JdbiFactory.on(database.dataSource())
                .withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }
}
