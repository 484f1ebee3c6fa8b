package dev.holdfast.postgres.embedded;

import static dev.holdfast.postgres.embedded.ServerFixture.execute;
import static dev.holdfast.postgres.embedded.ServerFixture.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes and servers that were killed, and processes that want the same directory. */
@Timeout(120)
class EmbeddedServerCrashTest {
    @TempDir
    Path parent;

    private ServerFixture fixture;
    private Path data;

    @BeforeEach
    void chooseADirectory() throws IOException {
        fixture = new ServerFixture(parent);
        data = fixture.data();
    }

    @AfterEach
    void leaveNothingRunning() throws IOException {
        fixture.close();
    }

    @Test
    void theServerOfAKilledProcessIsAdoptedAndStoppedAtClose() throws IOException, SQLException {
        EmbeddedServerProcess killed = fixture.serverInAnotherProcess();
        execute(killed.port(), "create table kept as select 1 as one");
        long pid = fixture.postmaster().pid();
        killed.kill();
        try (EmbeddedServer server = EmbeddedServer.start(data)) {
            assertThat(server.adopted()).isTrue();
            assertThat(server.port()).isEqualTo(killed.port());
            assertThat(fixture.postmaster().pid()).isEqualTo(pid);
            assertThat(query(server.port(), "select one from kept")).isEqualTo("1");
        }
        ServerFixture.awaitEnd(pid);
    }

    @Test
    void bothKilledWithinASecondIsOnlyARecovery() throws IOException, SQLException {
        EmbeddedServerProcess killed = fixture.serverInAnotherProcess();
        execute(killed.port(), "create table kept as select 1 as one");
        killed.kill();
        ServerFixture.kill(fixture.postmaster().pid());
        try (EmbeddedServer server = EmbeddedServer.start(data)) {
            assertThat(server.adopted()).isFalse();
            assertThat(query(server.port(), "select one from kept")).isEqualTo("1");
        }
    }

    @Test
    void survivingSessionsOfAKilledServerAreWaitedFor() throws IOException, SQLException {
        EmbeddedServerProcess killed = fixture.serverInAnotherProcess();
        try (Connection connection = ServerFixture.connect(killed.port())) {
            // A session that computes does not check whether its server lives.
            CompletableFuture<Void> busy = keepBusy(connection);
            ServerFixture.await(() -> isBusy(killed.port()));
            killed.kill();
            ServerFixture.kill(fixture.postmaster().pid());
            try (EmbeddedServer server = EmbeddedServer.start(data)) {
                assertThat(query(server.port(), "select 1")).isEqualTo("1");
                assertThat(busy).isDone();
            }
        }
    }

    @Test
    void aServerThatIsShuttingDownIsWaitedFor() throws IOException, SQLException {
        EmbeddedServerProcess killed = fixture.serverInAnotherProcess();
        CompletableFuture<EmbeddedServer> next;
        try (Connection lastSession = ServerFixture.connect(killed.port())) {
            killed.kill();
            fixture.pgCtl("stop", "--mode=smart", "--no-wait");
            ServerFixture.await(() -> "57P03".equals(refusalState(killed.port())));
            assertThat(lastSession.isValid(1)).isTrue();
            next = CompletableFuture.supplyAsync(() -> EmbeddedServer.start(data));
        }
        try (EmbeddedServer server = next.join()) {
            assertThat(server.adopted()).isFalse();
            assertThat(query(server.port(), "select 1")).isEqualTo("1");
        }
    }

    @Test
    void aRecordOfAProcessThatIsGoneDoesNotDelayTheStart() throws IOException {
        EmbeddedServer.start(data).close();
        Process gone = new ProcessBuilder("true").start();
        gone.onExit().join();
        startWithRecordOf(gone.pid(), 1);
    }

    @Test
    void aRecordOfSomethingElseThatLivesDoesNotDelayTheStart() throws IOException {
        EmbeddedServer.start(data).close();
        startWithRecordOf(ProcessHandle.current().pid(), 1);
    }

    @Test
    void aRecordOfAnotherDirectorysServerIsNotMistakenForOurs() throws IOException, SQLException {
        EmbeddedServer.start(data).close();
        try (EmbeddedServer other = EmbeddedServer.start(fixture.other())) {
            long pid = Postmaster.recordedIn(fixture.other().resolve("postgres"))
                    .orElseThrow()
                    .pid();
            startWithRecordOf(pid, other.port());
            assertThat(query(other.port(), "select 1")).isEqualTo("1");
        }
    }

    @Test
    void anEmptyRecordDoesNotPreventTheStart() throws IOException {
        EmbeddedServer.start(data).close();
        Files.createFile(fixture.record());
        startInTime();
    }

    @Test
    void aFirstStartThatWasKilledIsDoneAgain() throws IOException {
        Path unfinished = Files.createDirectories(data.resolve("postgres.unfinished"));
        Files.writeString(unfinished.resolve("PG_VERSION"), "18\n");
        startInTime();
        assertThat(unfinished).doesNotExist();
    }

    @Test
    void aServerThatDiedByItselfDoesNotPreventClosing() {
        try (EmbeddedServer server = EmbeddedServer.start(data)) {
            assertThat(server.adopted()).isFalse();
            ServerFixture.kill(fixture.postmaster().pid());
        }
        EmbeddedServer.start(data).close();
    }

    @Test
    void anotherProcessOnTheSameDirectoryIsRefused() throws IOException {
        EmbeddedServerProcess first = fixture.serverInAnotherProcess();
        assertThatThrownBy(() -> EmbeddedServer.start(data))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining(data.toString())
                .hasMessageContaining("process " + first.pid())
                .hasMessageContaining("--data");
    }

    @Test
    void aSecondOneInThisProcessIsRefusedAndDoesNotLoosenTheLock() throws IOException {
        try (EmbeddedServer first = EmbeddedServer.start(data)) {
            assertThat(first.adopted()).isFalse();
            assertThatThrownBy(() -> EmbeddedServer.start(data))
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessageContaining(data.toString())
                    .hasMessageContaining("in this process");
            assertThat(fixture.serverInAnotherProcess().refusal())
                    .contains(
                            data.toString(),
                            "process " + ProcessHandle.current().pid());
        }
    }

    @Test
    void temporaryServersLeaveNothing() throws IOException {
        EmbeddedServerProcess killed = fixture.temporaryServerInAnotherProcess();
        List<Path> ofTheKilled = contents();
        assertThat(ofTheKilled).hasSize(1);
        killed.kill();
        EmbeddedServerProcess next = fixture.temporaryServerInAnotherProcess();
        assertThat(next.port()).isPositive();
        assertThat(contents()).hasSize(1).doesNotContainAnyElementsOf(ofTheKilled);
        next.end();
        assertThat(contents()).isEmpty();
    }

    private List<Path> contents() throws IOException {
        try (var files = Files.list(parent)) {
            return files.toList();
        }
    }

    private void startWithRecordOf(long pid, int port) throws IOException {
        Files.writeString(
                fixture.record(),
                "%d\n%s\n1700000000\n%d\n\n127.0.0.1\n  1234567         8\nready   \n".formatted(pid, data, port));
        startInTime();
    }

    private void startInTime() {
        Deadline deadline = Deadline.in(Duration.ofSeconds(15));
        try (EmbeddedServer server = EmbeddedServer.start(data)) {
            assertThat(server.adopted()).isFalse();
        }
        assertThat(deadline.passed()).isFalse();
    }

    private static CompletableFuture<Void> keepBusy(Connection connection) {
        return CompletableFuture.runAsync(() -> {
            try (var statement = connection.createStatement()) {
                statement.execute("/* busy */ select count(*) from generate_series(1, 10000000)");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static boolean isBusy(int port) {
        try {
            return query(port, "select count(*) from pg_stat_activity where state = 'active' and query ~ '^/. busy'")
                    .equals("1");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String refusalState(int port) {
        try (Connection connection = ServerFixture.connect(port)) {
            return "none by " + connection;
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }
}
