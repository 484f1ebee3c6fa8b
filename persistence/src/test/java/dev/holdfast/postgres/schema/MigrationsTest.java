package dev.holdfast.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.HoldfastException;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class MigrationsTest {
    @RegisterExtension
    private final TestDatabase database = TestDatabase.create();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());

    @Test
    void theyRunOnce() {
        assertThat(Migrations.migrate(database.dataSource())).isEqualTo(MigrationMutant.MIGRATIONS.size());
        assertThat(Migrations.migrate(database.dataSource())).isZero();
    }

    @Test
    void severalAtOnceWaitForEachOther() {
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<Integer>> starts = IntStream.range(0, 4)
                    .mapToObj(any -> threads.submit(() -> Migrations.migrate(database.dataSource())))
                    .toList();

            assertThat(starts.stream().mapToInt(Await::done).sum()).isEqualTo(MigrationMutant.MIGRATIONS.size());
        }
    }

    @Test
    void thoseOfAnotherBuildAreNotMixedWithOurs(@TempDir Path directory) throws IOException {
        Migrations.migrate(
                database.dataSource(), MigrationMutant.without("the whole incarnation is fenced", directory));
        assertThatThrownBy(() -> Migrations.migrate(database.dataSource()))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("another build of Holdfast")
                .hasMessageContaining("use another database");
    }

    @Test
    void aNewerSchemaIsRefused() {
        Migrations.migrate(database.dataSource(), Migrations.LOCATION, NextBuild.LOCATION);

        assertThatThrownBy(() -> Migrations.migrate(database.dataSource()))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("is at version 901")
                .hasMessageContaining("knows versions up to " + Migrations.VERSION)
                .hasMessageContaining("Start that build or a newer one");
        assertThatThrownBy(() ->
                        PostgresHoldfast.on(TestNode.config(database.jdbcUrl())).start())
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("is at version 901");
    }

    @Test
    void whatWouldRunIsShownAndNotRun() {
        SchemaState empty = Migrations.state(database.dataSource());
        assertThat(empty.version()).isZero();
        assertThat(empty.pending())
                .extracting(SchemaState.Pending::script)
                .containsExactlyElementsOf(MigrationMutant.MIGRATIONS);
        assertThat(empty.script())
                .containsSubsequence(
                        "-- V1__tables.sql\n", "create table holdfast.open_workflow", "-- V2__flush.sql\n");
        assertThat(strings("select nspname from pg_namespace where nspname = 'holdfast'"))
                .isEmpty();

        Migrations.migrate(database.dataSource());
        assertThat(Migrations.state(database.dataSource()).isCurrent()).isTrue();
        assertThat(Migrations.state(database.dataSource()).script()).isEmpty();
        assertThat(Migrations.state(database.dataSource(), Migrations.LOCATION, NextBuild.LOCATION)
                        .script())
                .startsWith("-- V900__note.sql\n")
                .contains("create index concurrently open_note");
        assertThat(strings("select attname::text from pg_attribute where attname = 'note'"))
                .isEmpty();
    }

    @Test
    void anIndexThatWasLeftInvalidIsMadeAgain() {
        Migrations.migrate(database.dataSource());
        NextBuild.leaveAnInvalidIndex(database);
        assertThat(strings("select indisvalid::text from pg_index where indexrelid = 'holdfast.open_note'::regclass"))
                .containsExactly("false");
        assertThat(strings("select version from holdfast.migration where not success"))
                .containsExactly("901");

        assertThat(Migrations.migrate(database.dataSource(), Migrations.LOCATION, NextBuild.LOCATION))
                .isEqualTo(1);

        assertThat(strings("select indisvalid::text from pg_index where indexrelid = 'holdfast.open_note'::regclass"))
                .containsExactly("true");
        assertThat(strings("select version from holdfast.migration where not success"))
                .isEmpty();
    }

    @Test
    void aDatabaseThatIsNotThereIsSaidSo() {
        database.close();
        assertThatThrownBy(() -> Migrations.migrate(database.dataSource()))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("the database refuses this node: database")
                .hasMessageContaining("does not exist");
    }

    private List<String> strings(String sql) {
        return jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(String.class).list());
    }
}
