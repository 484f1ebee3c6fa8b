package dev.holdfast.postgres.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.PostgresConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Keys on a real PostgreSQL. */
@Timeout(60)
class ApiKeysTest {
    private static final ActionOptions WHY = ActionOptions.because("a test");
    private static final String HASH = "ab".repeat(32);

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final ApiKeys keys = ApiKeys.in(PostgresConfig.of(database.jdbcUrl()));

    private static ApiKeys.Wanted wanted(String prefix, String role, Optional<Duration> expiresIn, String... scopes) {
        return new ApiKeys.Wanted(prefix, HASH, "ann", role, List.of(scopes), "bob", expiresIn);
    }

    private ApiKey create(String prefix) {
        return keys.create(wanted(prefix, "VIEWER", Optional.empty()), WHY).orElseThrow();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void keepsWhatAKeyIsMadeOf() {
        ApiKey made = keys.create(
                        wanted("aaaaaaaa", "OPERATOR", Optional.of(Duration.ofHours(1)), "pay.", "ship."), WHY)
                .orElseThrow();

        assertThat(made.prefix()).isEqualTo("aaaaaaaa");
        assertThat(made.name()).isEqualTo("ann");
        assertThat(made.role()).isEqualTo("OPERATOR");
        assertThat(made.scopes()).containsExactly("pay.", "ship.");
        assertThat(made.createdBy()).isEqualTo("bob");
        assertThat(Duration.between(made.createdAt(), made.expiresAt().orElseThrow()))
                .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
        assertThat(keys.active()).containsExactly(new ApiKeys.Active(made, HASH, false));
        assertThat(keys.list()).containsExactly(made);
    }

    @Test
    void revokesOnceAndForGood() {
        ApiKey made = create("aaaaaaaa");

        ApiKey revoked = keys.revoke(made.id(), WHY).orElseThrow();

        assertThat(revoked.revokedAt()).isPresent();
        assertThat(keys.revoke(made.id(), WHY)).contains(revoked);
        assertThat(keys.active()).isEmpty();
        assertThat(keys.list()).containsExactly(revoked);
        assertThat(keys.revoke(UUID.randomUUID(), WHY)).isEmpty();
    }

    @Test
    void saysByTheDatabasesClockWhatHasExpired() throws SQLException {
        create("aaaaaaaa");
        execute("update holdfast.api_key set expires_at = clock_timestamp() - interval '1 millisecond'");

        assertThat(keys.active()).extracting(ApiKeys.Active::expired).containsExactly(true);
    }

    @Test
    void notesItsUseOnceAMinute() throws SQLException {
        ApiKey made = create("aaaaaaaa");

        keys.touch(made.id());
        ApiKey used = keys.list().getFirst();
        assertThat(used.lastUsedAt()).isPresent();
        keys.touch(made.id());
        assertThat(keys.list()).containsExactly(used);
        execute("update holdfast.api_key set last_used_at = last_used_at - interval '61 seconds'");
        keys.touch(made.id());
        assertThat(keys.list().getFirst().lastUsedAt().orElseThrow())
                .isAfterOrEqualTo(used.lastUsedAt().orElseThrow());
    }

    @Test
    void waitsForNoRowLockToNoteAUse() throws SQLException {
        ApiKey made = create("aaaaaaaa");
        try (Connection foreign = database.dataSource().getConnection();
                Statement statement = foreign.createStatement()) {
            foreign.setAutoCommit(false);
            statement.execute("select * from holdfast.api_key for update");

            keys.touch(made.id());

            assertThat(keys.active()).hasSize(1);
            foreign.rollback();
        }
        assertThat(keys.list().getFirst().lastUsedAt()).isEmpty();
    }

    @Test
    void makesNoMoreThanCanBeLookedAtTogether() throws SQLException {
        execute("""
                insert into holdfast.api_key (id, prefix, hash, name, role, scopes, created_by)
                select gen_random_uuid(), lpad(n::text, 8, '0'), decode(repeat('ab', 32), 'hex'), 'a', 'VIEWER', '{}',
                    'b'
                from generate_series(1, %d) as n""".formatted(ApiKeys.ACTIVE_MAX));

        assertThat(keys.create(wanted("aaaaaaaa", "VIEWER", Optional.empty()), WHY))
                .isEmpty();
        keys.revoke(keys.list().getFirst().id(), WHY);
        assertThat(keys.create(wanted("aaaaaaaa", "VIEWER", Optional.empty()), WHY))
                .isPresent();
    }

    @Test
    void refusesWhatIsNoKey() {
        create("aaaaaaaa");

        assertThatThrownBy(() -> create("aaaaaaaa")).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> keys.create(wanted("bbbbbbbb", "ROOT", Optional.empty()), WHY))
                .isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> keys.create(wanted("bbbbbbbb", "ADMIN", Optional.empty(), "pay."), WHY))
                .isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void saysSoWhenTheDatabaseIsAway() {
        database.close();

        assertThatThrownBy(keys::active)
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("API keys");
    }
}
