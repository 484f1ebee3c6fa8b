package dev.holdfast.postgres.embedded;

import static dev.holdfast.postgres.embedded.ServerFixture.execute;
import static dev.holdfast.postgres.embedded.ServerFixture.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedServerTest {
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
    void dataAndPortSurviveARestart() throws SQLException {
        int port;
        try (EmbeddedServer server = EmbeddedServer.start(data)) {
            execute(server.port(), "create table kept as select 'größer' as word");
            port = server.port();
        }
        try (EmbeddedServer server = EmbeddedServer.start(data)) {
            assertThat(server.port()).isEqualTo(port);
            assertThat(server.adopted()).isFalse();
            assertThat(query(port, "select word from kept")).isEqualTo("größer");
        }
    }

    @Test
    void isAsDurableAsAProductionServer() throws SQLException {
        try (EmbeddedServer server = EmbeddedServer.start(data)) {
            assertThat(show(server, "fsync")).isEqualTo("on");
            assertThat(show(server, "synchronous_commit")).isEqualTo("on");
            assertThat(show(server, "full_page_writes")).isEqualTo("on");
            assertThat(show(server, "data_checksums")).isEqualTo("on");
            assertThat(show(server, "shared_buffers")).isEqualTo("256MB");
            assertThat(show(server, "max_wal_size")).isEqualTo("4GB");
            assertThat(show(server, "autovacuum_naptime")).isEqualTo("5s");
            assertThat(show(server, "max_connections")).isEqualTo("100");
            assertThat(show(server, "listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(show(server, "server_encoding")).isEqualTo("UTF8");
            assertThat(show(server, "log_timezone")).isEqualTo("UTC");
        }
    }

    @Test
    void isForItsUserOnly() throws IOException {
        EmbeddedServer.start(data).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                .isEqualTo("rwx------");
    }

    @Test
    void urlsAreForJdbcAndForPsql() {
        try (EmbeddedServer server = EmbeddedServer.start(data)) {
            String place = "127.0.0.1:" + server.port() + "/postgres";
            assertThat(server.jdbcUrl()).isEqualTo("jdbc:postgresql://" + place + "?user=postgres");
            assertThat(server.psqlUrl()).isEqualTo("postgresql://postgres@" + place);
        }
    }

    @Test
    void aServerThatRunsWithOtherSettingsIsReplaced() throws SQLException {
        int port;
        try (EmbeddedServer server = EmbeddedServer.start(data)) {
            port = server.port();
        }
        fixture.pgCtl("start", "--log=" + parent.resolve("log"), "--options=-F -p " + port + " -c listen_addresses=*");
        assertThat(query(port, "show fsync")).isEqualTo("off");
        long undurable = fixture.postmaster().pid();
        try (EmbeddedServer server = EmbeddedServer.start(data)) {
            assertThat(server.adopted()).isFalse();
            assertThat(fixture.postmaster().pid()).isNotEqualTo(undurable);
            assertThat(show(server, "fsync")).isEqualTo("on");
            assertThat(show(server, "listen_addresses")).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void configurationInTheDirectoryCannotMakeItLessDurable() throws SQLException {
        try (EmbeddedServer server = EmbeddedServer.start(data)) {
            execute(server.port(), "alter system set fsync = off");
        }
        try (EmbeddedServer server = EmbeddedServer.start(data)) {
            assertThat(show(server, "fsync")).isEqualTo("on");
        }
    }

    @Test
    void aSettingThatARestartDoesNotPutRightIsAnError() throws SQLException {
        try (EmbeddedServer server = EmbeddedServer.start(data)) {
            execute(server.port(), "alter role postgres set synchronous_commit = off");
        }
        assertThatThrownBy(() -> EmbeddedServer.start(data))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining(data.toString())
                .hasMessageContaining("synchronous_commit is off (source: user), expected on")
                .hasMessageContaining("alter role");
        execute(fixture.postmaster().port(), "alter role postgres reset synchronous_commit");
        try (EmbeddedServer server = EmbeddedServer.start(data)) {
            assertThat(show(server, "synchronous_commit")).isEqualTo("on");
        }
    }

    @Test
    void aFailedStartTellsTheEndOfTheLogAndLetsTheDirectoryGo() throws IOException {
        EmbeddedServer.start(data).close();
        String good = Files.readString(fixture.configuration());
        Files.writeString(fixture.configuration(), "no_such_setting = 1\n");
        assertThatThrownBy(() -> EmbeddedServer.start(data))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining(data.toString())
                .hasMessageContaining("unrecognized configuration parameter \"no_such_setting\"");
        Files.writeString(fixture.configuration(), good);
        EmbeddedServer.start(data).close();
    }

    @Test
    void aTakenPortIsReplacedAndTheNewOneKept() throws IOException {
        try (EmbeddedServer other = EmbeddedServer.start(fixture.other())) {
            Path kept = Files.createDirectories(data).resolve("postgres.port");
            Files.writeString(kept, Integer.toString(other.port()));
            try (EmbeddedServer server = EmbeddedServer.start(data)) {
                assertThat(server.port()).isNotEqualTo(other.port());
                assertThat(kept).hasContent(Integer.toString(server.port()));
            }
        }
    }

    @Test
    void closingTwiceIsFine() {
        EmbeddedServer server = EmbeddedServer.start(data);
        long pid = fixture.postmaster().pid();
        server.close();
        server.close();
        ServerFixture.awaitEnd(pid);
    }

    @Test
    void anInterruptDoesNotLeaveAServerBehind() {
        EmbeddedServer server = EmbeddedServer.start(data);
        long pid = fixture.postmaster().pid();
        Thread.currentThread().interrupt();
        server.close();
        assertThat(Thread.interrupted()).isTrue();
        ServerFixture.awaitEnd(pid);
    }

    @Test
    void aPathThatTheShellOfPgCtlWouldReadIsRefused() {
        assertThatThrownBy(() -> EmbeddedServer.start(parent.resolve("$HOME")))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining("$HOME");
    }

    private static String show(EmbeddedServer server, String setting) throws SQLException {
        return query(server.port(), "show " + setting);
    }
}
