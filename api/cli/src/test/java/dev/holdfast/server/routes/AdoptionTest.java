package dev.holdfast.server.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.cli.CommandRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The adoption where there is nothing to adopt. */
class AdoptionTest {
    private static final String NOTHING = "nothing to adopt: this database is no restored copy, or was adopted\n";

    @RegisterExtension
    private final ServerFixture server = ServerFixture.start();

    @Test
    void isAnsweredWhereThereIsNothingToAdopt() {
        assertThat(server.get("/v1/adopt").body()).isEqualTo("{\"restored\":false,\"items\":[],\"next\":null}");
        assertThat(server.post("/v1/adopt", "{\"reason\":\"x\"}").body()).isEqualTo("{\"adopted\":false}");
        assertThat(run("adopt", "--list").assertStatus(0).out()).isEqualTo(NOTHING);
        assertThat(run("adopt", "--reason", "x").assertStatus(0).out()).isEqualTo(NOTHING);
        assertThat(run("adopt", "--reason", "x", "--json")
                        .json()
                        .path("adopted")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void needsAReasonAndNothingElse() {
        server.post("/v1/adopt", "{}").assertProblem(400, "INVALID_INPUT");
        server.post("/v1/adopt", "{\"reason\":\" \"}").assertProblem(400, "INVALID_INPUT");
        server.post("/v1/adopt", "{\"reason\":\"x\",\"force\":true}").assertProblem(400, "INVALID_INPUT");
        server.post("/v1/adopt?force=true", "{\"reason\":\"x\"}").assertProblem(400, "UNKNOWN_PARAMETER");
        server.get("/v1/adopt?limit=501").assertProblem(400, "INVALID_PARAMETER");
    }

    private CommandRun run(String... arguments) {
        return CommandRun.on(server.server.url(), arguments);
    }
}
