package dev.holdfast.server.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.TestWorkflows;
import dev.holdfast.server.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DoctorCommandTest {
    private static final String NOWHERE = "http://127.0.0.1:1";

    @RegisterExtension
    private final TestDatabase database = TestDatabase.create();

    private CommandRun examine(String... more) {
        String[] line = new String[more.length + 3];
        line[0] = "doctor";
        line[1] = "--database-url";
        line[2] = database.jdbcUrl();
        System.arraycopy(more, 0, line, 3, more.length);
        return CommandRun.of(line);
    }

    @Test
    void aDatabaseAndANodeThatAreWell() {
        try (var node = new TestWorkflows()
                        .register(PostgresHoldfast.on(
                                PostgresConfig.of(database.jdbcUrl()).nodeName("one")))
                        .start();
                ServerFixture server = ServerFixture.start()) {
            assertThat(node.admin().ready()).isTrue();
            CommandRun run = examine("--url", server.url()).assertStatus(0);

            assertThat(run.lines().getFirst()).matches("CHECK +STATE +SEEN");
            assertThat(run.lines())
                    .anyMatch(line -> line.matches("nodes +ok +one lives"))
                    .anyMatch(line -> line.matches("node +ok +the node is ready"));
            assertThat(run.out()).doesNotContain("What to do");
            assertThat(run.err()).isEmpty();
        }
    }

    @Test
    void aNodeThatIsNotReadyIsDegradedWithItsChecks() {
        try (ServerFixture server = ServerFixture.beforeJoining()) {
            CommandRun run = examine("--url", server.url()).assertStatus(1);

            assertThat(run.lines()).anyMatch(line -> line.matches("node +degraded +the node is not ready: member"));
        }
    }

    @Test
    void aNodeThatWasNamedAndDoesNotAnswerIsUnreachable() {
        CommandRun run = examine("--url", NOWHERE).assertStatus(1);

        assertThat(run.lines()).anyMatch(line -> line.matches("node +unreachable +No server responds at .*"));
    }

    @Test
    void whatIsDegradedComesWithWhatToDoAndStatusOne() {
        CommandRun run = examine().assertStatus(1);

        assertThat(run.lines())
                .anyMatch(line -> line.matches("migrations +degraded +at version 0, .*"))
                .anyMatch(line -> line.matches("nodes +no data +.*"))
                .contains("What to do:")
                .anyMatch(line -> line.startsWith("  migrations: Run `./holdfast migrate`"));
    }

    @Test
    void everyCheckIsInTheManual() throws IOException {
        String page = Files.readString(Path.of("..", "..", "docs", "operations.md"));

        JsonNode items = JsonMapper.shared()
                .readTree(examine("--json").assertStatus(1).out())
                .path("items");
        assertThat(items.valueStream().map(item -> item.path("check").asString()))
                .allMatch(check -> page.matches("(?s).*\\n\\| [^|]*`" + check + "`[^|]*\\|.*"));
    }

    @Test
    void aDatabaseThatIsAwayIsUnreachable() {
        CommandRun run = CommandRun.of(
                        Map.of("HOLDFAST_DATABASE_URL", "postgresql://u:secret@127.0.0.1:1/nothing"), "doctor")
                .assertStatus(1);

        assertThat(run.lines())
                .anyMatch(line -> line.matches("connection +unreachable +.*"))
                .noneMatch(line -> line.matches("\\S+ +ok .*"));
        assertThat(run.out() + run.err()).doesNotContain("secret");
    }

    @Test
    void aServerThatRefusesTheLoginIsQuoted() {
        String url = database.jdbcUrl().replaceFirst("/[^/?]+(\\?|$)", "/nothing$1");

        CommandRun run = CommandRun.of("doctor", "--database-url", url).assertStatus(1);

        assertThat(run.out())
                .containsPattern(
                        "\nconnection +degraded +the server refuses it: database \"nothing\"\\s+does not exist")
                .contains("correct the name of the database")
                .doesNotContain("does not answer", "not respond");
        for (String command : new String[] {"migrate", "migrate --dry-run", "keys create a --role admin", "serve"}) {
            assertThat(CommandRun.of((command + " --database-url " + url).split(" "))
                            .assertStatus(1)
                            .err())
                    .as(command)
                    .contains("database \"nothing\" does not exist", "correct the name of the database")
                    .doesNotContain("does not answer");
        }
    }

    @Test
    void programsGetTheSameAsJson() {
        CommandRun run = examine("--json").assertStatus(1);
        JsonNode items = JsonMapper.shared().readTree(run.out()).path("items");

        assertThat(items.size()).isGreaterThan(15);
        assertThat(items.valueStream())
                .allMatch(item -> item.has("check") && item.has("state") && item.has("seen") && item.has("todo"));
        assertThat(items.valueStream().map(item -> item.path("state").asString()))
                .contains("OK", "DEGRADED", "NO_DATA");
    }
}
