package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.ServerFixture;
import org.junit.jupiter.api.Test;

/** The commands that show the state of a node. */
class NodeCommandsTest {
    private static CommandRun run(ServerFixture server, String... arguments) {
        return CommandRun.on(server.url(), arguments);
    }

    @Test
    void definitionsListsWhatCanBeSubmitted() {
        try (ServerFixture server = ServerFixture.start()) {
            CommandRun run = run(server, "definitions").assertStatus(0);

            assertThat(run.lines().getFirst()).matches("TYPE +VERSION");
            assertThat(run.lines()).anyMatch(line -> line.matches("test\\.order +2"));
            assertThat(run(server, "definitions", "--json").assertStatus(0).out())
                    .contains("{\"type\":\"test.order\",\"version\":2}");
        }
    }

    @Test
    void healthOfANodeThatIsReady() {
        try (ServerFixture server = ServerFixture.start()) {
            assertThat(run(server, "health").assertStatus(0).lines())
                    .containsExactly(
                            "CHECK     HOLDS",
                            "live      yes",
                            "started   yes",
                            "ready     yes",
                            "member    yes",
                            "database  yes",
                            "lease     yes",
                            "queue     yes");
        }
    }

    @Test
    void healthSaysWhichCheckDoesNotHold() {
        try (ServerFixture server = ServerFixture.start()) {
            server.store.crash();

            assertThat(run(server, "health").assertStatus(1).lines())
                    .contains("live      yes", "started   yes", "member    yes", "database  no: this store is closed");
        }
    }

    @Test
    void healthOfANodeThatHasNotJoinedSaysWhyAndFails() {
        try (ServerFixture server = ServerFixture.beforeJoining()) {
            CommandRun run = run(server, "health").assertStatus(1);

            assertThat(run.lines()).contains("live     yes").anyMatch(line -> line.matches("ready    no: .{5,}"));
            assertThat(run(server, "health", "--json").assertStatus(1).out())
                    .startsWith("{\"live\":\"yes\",\"started\":\"no: ");
        }
    }
}
