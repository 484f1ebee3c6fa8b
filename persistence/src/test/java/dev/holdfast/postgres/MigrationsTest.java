package dev.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.HoldfastException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationsTest {
    private final TestDatabase database = TestDatabase.create();

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void theyRunOnce() {
        assertThat(Migrations.migrate(database.dataSource())).isEqualTo(MigrationMutant.MIGRATIONS.size());
        assertThat(Migrations.migrate(database.dataSource())).isZero();
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
    void aDatabaseThatDoesNotAnswerIsSaidSo() {
        database.close();
        assertThatThrownBy(() -> Migrations.migrate(database.dataSource()))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("the database does not answer");
    }
}
