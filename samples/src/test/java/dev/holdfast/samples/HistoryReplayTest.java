package dev.holdfast.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.Submission;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.server.HoldfastServer;
import dev.holdfast.testing.Replay;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Histories of a node on PostgreSQL, exported by the command and in Java, replay in a test. */
@Timeout(120)
class HistoryReplayTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private static String command(HoldfastServer server, String id) {
        StringWriter out = new StringWriter();
        int status = Main.commandLine()
                .setOut(new PrintWriter(out))
                .execute("history", id, "--export", "--url", server.url());
        assertThat(status).as("%s", out).isZero();
        return out.toString();
    }

    private static String java(Holdfast holdfast, String id) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        holdfast.admin().exportHistory(id, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static <I, O> void replays(
            Holdfast holdfast, HoldfastServer server, String id, Definition<I, O> definition, Workflow<I, O> workflow) {
        String history = command(server, id);
        assertThat(history).isEqualTo(java(holdfast, id));
        Replay.of(history).against(definition, workflow);
    }

    @Test
    void aHistoryOfProductionReplays() {
        try (TestDatabase database = TestDatabase.create();
                Holdfast holdfast = PostgresHoldfast.on(PostgresConfig.of(database.jdbcUrl()))
                        .register(Quotes.DEFINITION, new Quotes())
                        .register(Approval.DEFINITION, new Approval())
                        .start();
                HoldfastServer server = HoldfastServer.on(holdfast).port(0).start()) {
            WorkflowHandle<Quotes.Quote> quotes = holdfast.submit(
                    Quotes.DEFINITION,
                    new Quotes.Request("bike", List.of("acme", "initech", "globex"), null),
                    Submission.id("quotes").label("tenant", "acme"));
            WorkflowHandle<Approval.Answer> answered =
                    holdfast.submit(Approval.DEFINITION, new Approval.Request("ann", "a bike", null));
            WorkflowHandle<Approval.Answer> open =
                    holdfast.submit(Approval.DEFINITION, new Approval.Request("bob", "a car", null));
            holdfast.signal(answered.id(), Approval.ANSWER, new Approval.Answer(true, "ann"));
            assertThat(quotes.result(LONG).cents()).isPositive();
            assertThat(answered.result(LONG).approved()).isTrue();

            replays(holdfast, server, quotes.id(), Quotes.DEFINITION, new Quotes());
            replays(holdfast, server, answered.id(), Approval.DEFINITION, new Approval());
            replays(holdfast, server, open.id(), Approval.DEFINITION, new Approval());
        }
    }
}
