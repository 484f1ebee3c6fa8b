package dev.holdfast.server.cli.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Deadline;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.cli.CommandRun;
import dev.holdfast.server.cli.ScriptedServer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.json.JsonMapper;

/** {@code watch}, against a running node and through an outage. */
@Timeout(60)
class WatchCommandTest {
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ  ";

    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    private static LiveRun watch(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "watch";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--url";
        all[all.length - 1] = server.url();
        return new LiveRun(all);
    }

    @Test
    void printsTheHistoryAndTheEnd() throws Exception {
        String id = server.run("test.order", ServerFixture.ORDER).text("id");

        try (LiveRun watch = watch(id)) {
            CommandRun run = watch.end().assertStatus(0);

            assertThat(run.lines()).hasSize(3);
            assertThat(run.lines().get(0))
                    .matches(TIME + "step price \\(position 0\\), attempt 1: succeeded after [\\d.]+ (ms|s)");
            assertThat(run.lines().get(1)).matches(TIME + "end: COMPLETED");
            assertThat(run.lines().get(2)).matches(TIME + "COMPLETED");
            assertThat(run.err()).isEmpty();
        }
    }

    @Test
    void endsWithStatusOneWhereItDidNotComplete() throws Exception {
        String id = server.run("test.fails", ServerFixture.ORDER).text("id");

        try (LiveRun watch = watch(id)) {
            assertThat(watch.end().assertStatus(1).out())
                    .contains("WorkflowFailedException: no book left")
                    .endsWith("  FAILED\n");
        }
        try (LiveRun watch = watch("nobody")) {
            assertThat(watch.end().assertStatus(1).err()).startsWith("UNKNOWN_WORKFLOW: ");
        }
    }

    @Test
    void followsWhatIsNotDone() throws Exception {
        String id = server.run("test.breaks", ServerFixture.ORDER).text("id");

        try (LiveRun watch = watch(id)) {
            watch.awaitOut("  DEAD_LETTERED, see `./holdfast show " + id);
            String letter = server.deadLetterOf(id);
            CommandRun.on(server.url(), "dead-letters", "retry", letter, "--reason", "mended")
                    .assertStatus(0);

            assertThat(watch.end().assertStatus(0).out())
                    .containsSubsequence(
                            "break-once (position 0), attempt 1: failed after ",
                            "dead-letter: RETRIES_EXHAUSTED",
                            "DEAD_LETTERED",
                            "retry: RETRIED",
                            "break-once (position 0), attempt 2: succeeded after ",
                            "  COMPLETED\n");
        }
    }

    @Test
    void printsWaitsAndSignals() throws Exception {
        String id = server.startAwaiting();

        try (LiveRun watch = watch(id)) {
            watch.awaitOut("  WAITING for signal approval until ");
            server.post("/v1/workflows/" + id + "/signals/approval", "{\"by\":\"ann\"}");

            assertThat(watch.end().assertStatus(0).out())
                    .containsSubsequence(
                            "signal approval: awaited\n",
                            "signal approval: received\n",
                            "signal approval: taken\n",
                            "  COMPLETED\n");
        }
        String sleeping = server.startSleeping();
        try (LiveRun watch = watch(sleeping)) {
            watch.awaitOut("  sleep: waiting\n");
            watch.awaitOut("  WAITING until ");
        }
    }

    @Test
    void printsTheEndOfASleep() throws Exception {
        String timer = "{'items':[{'seq':1,'kind':'timer','name':'sleep','position':null,'attempt':0,'state':'fired',"
                + "'startedAt':'2026-01-31T12:00:00Z','endedAt':'2026-02-02T12:00:00Z'}],'next':null}";
        Map<String, String> responses = new ConcurrentHashMap<>(Map.of("/v1/workflows/a/history?limit=500", timer));
        responses.put("/v1/workflows/a", "{'id':'a','status':'COMPLETED','updatedAt':'2026-02-02T12:00:01Z'}");
        responses.put("/v1/workflows/a/events", event("COMPLETED"));
        try (ScriptedServer node = new ScriptedServer(responses);
                LiveRun watch = new LiveRun("watch", "a", "--url", node.url())) {
            assertThat(watch.end().assertStatus(0).lines())
                    .first()
                    .isEqualTo("2026-02-02T12:00:00Z  sleep: fired after 2 days");
        }
    }

    @Test
    void printsAnAttemptWhenItBeginsAndWhenItEnds() throws Exception {
        Map<String, String> responses = new ConcurrentHashMap<>();
        script(responses, "RUNNING", "'state':'started','endedAt':null");
        try (ScriptedServer node = new ScriptedServer(responses);
                LiveRun watch = new LiveRun("watch", "a", "--url", node.url())) {
            watch.awaitOut("attempt 1: started\n");
            watch.awaitOut("  RUNNING\n");
            script(responses, "COMPLETED", "'state':'succeeded','endedAt':'2026-01-31T12:00:02Z'");

            assertThat(watch.end().assertStatus(0).lines()).hasSize(4).anyMatch(line -> line.endsWith("after 2 s"));
        }
    }

    private static void script(Map<String, String> responses, String status, String step) {
        responses.put(
                "/v1/workflows/a/history?limit=500",
                "{'items':[{'seq':1,'kind':'step','name':'s','position':0,'attempt':1,"
                        + "'startedAt':'2026-01-31T12:00:00Z'," + step + "}],'next':null}");
        responses.put("/v1/workflows/a", "{'id':'a','status':'" + status + "','updatedAt':'2026-01-31T12:00:00Z'}");
        responses.put("/v1/workflows/a/events", event(status));
    }

    private static String event(String status) {
        return "retry: 2000\n\nid: 0\nevent: status\ndata: {'id':'a','status':'" + status + "'}\n\n";
    }

    @Test
    void waitsForAnUnreachableNodeAndReportsItOnce() throws Exception {
        Map<String, String> responses = new ConcurrentHashMap<>();
        script(responses, "RUNNING", "'state':'started','endedAt':null");
        ScriptedServer first = new ScriptedServer(responses);
        int port = first.port();
        String url = first.url();
        try (LiveRun watch = new LiveRun("watch", "a", "--url", url)) {
            watch.awaitOut("  RUNNING\n");
            first.close();
            watch.awaitErr("No server responds at " + url + ". Waiting until it responds again.\n");
            script(responses, "COMPLETED", "'state':'succeeded','endedAt':'2026-01-31T12:00:02Z'");
            try (ScriptedServer again = new ScriptedServer(responses, port)) {
                assertThat(again.port()).isEqualTo(port);
                CommandRun run = watch.end().assertStatus(0);

                assertThat(run.out()).endsWith("  COMPLETED\n");
                assertThat(run.err()).containsOnlyOnce("Waiting until").endsWith("The node responds again.\n");
            }
        }
    }

    @Test
    void waitsForANodeThatIsStarting() throws Exception {
        String starting = "{'code':'NODE_NOT_READY','retryable':true,'detail':'it starts'}";
        Map<String, String> responses = new ConcurrentHashMap<>(Map.of("/v1/workflows/a/events", starting));
        try (ScriptedServer node = new ScriptedServer(responses);
                LiveRun watch = new LiveRun("watch", "a", "--url", node.url())) {
            watch.awaitErr("NODE_NOT_READY: it starts Waiting until it responds.\n");
            script(responses, "COMPLETED", "'state':'succeeded','endedAt':'2026-01-31T12:00:02Z'");

            assertThat(watch.end().assertStatus(0).err()).endsWith("The node responds.\n");
        }
    }

    @Test
    void waitsForADatabaseThatIsAway() throws Exception {
        Map<String, String> responses = new ConcurrentHashMap<>();
        script(responses, "RUNNING", "'state':'started','endedAt':null");
        try (ScriptedServer node = new ScriptedServer(responses);
                LiveRun watch = new LiveRun("watch", "a", "--url", node.url())) {
            watch.awaitOut("  RUNNING\n");
            String events = "/v1/workflows/a/events";
            responses.put(events, "{'code':'DATABASE_UNAVAILABLE','retryable':true,'detail':'gone'}");
            watch.awaitErr("DATABASE_UNAVAILABLE: gone");
            responses.put(events, "{'code':'UNKNOWN_WORKFLOW','retryable':false,'detail':'none'}");

            assertThat(watch.end().assertStatus(1).err()).contains("UNKNOWN_WORKFLOW: none\n");
        }
    }

    @Test
    void jsonIsOneObjectForEachChange() throws Exception {
        String id = server.run("test.order", ServerFixture.ORDER).text("id");

        try (LiveRun watch = watch(id, "--json")) {
            var lines = watch.end().assertStatus(0).lines().stream()
                    .map(JsonMapper.shared()::readTree)
                    .toList();

            assertThat(lines).hasSize(3);
            assertThat(lines).extracting(line -> line.path("seq").asInt(0)).containsExactly(1, 2, 0);
            assertThat(lines.getLast().path("status").asString()).isEqualTo("COMPLETED");
            assertThat(lines.getLast().path("id").asString()).isEqualTo(id);
        }
    }

    @Test
    void printsPublishedValuesBeforeTheEnd() throws Exception {
        String id =
                server.post("/v1/workflows/test.publishes", ServerFixture.ORDER).text("id");
        try (LiveRun text = watch(id);
                LiveRun json = watch(id, "--json")) {
            text.awaitOut("  published offer: {\"item\":\"book\",\"total\":3}\n");
            json.awaitOut("{\"seq\":1,\"name\":\"offer\",\"value\":{\"item\":\"book\",\"total\":3},\"at\":\"");
            server.post("/v1/workflows/" + id + "/signals/approval", "{\"by\":\"ann\"}");

            assertThat(text.end().assertStatus(0).out())
                    .containsSubsequence(
                            "  published approval: {\"by\":\"ann\"}\n",
                            "  published offer: {\"item\":\"book\",\"total\":6}\n",
                            "  COMPLETED\n")
                    .endsWith("  COMPLETED\n")
                    .doesNotContain("offer: published");
            assertThat(json.end().assertStatus(0).lines().stream()
                            .map(JsonMapper.shared()::readTree)
                            .filter(line -> line.has("value")))
                    .extracting(line -> line.path("name").asString())
                    .containsExactly("offer", "approval", "offer");
        }
        try (LiveRun ended = watch(id)) {
            assertThat(ended.end().assertStatus(0).out())
                    .contains("  published approval: ", "  published offer: ")
                    .endsWith("  COMPLETED\n");
        }
    }

    @Test
    void goesOnAfterTheLastValueThatItHas() throws Exception {
        Map<String, String> responses = new ConcurrentHashMap<>();
        script(responses, "RUNNING", "'state':'started','endedAt':null");
        String value = "id: 7\nevent: published\ndata: {'name':'a','value':1,'at':'2026-01-31T12:00:01Z'}\n\n";
        responses.put("/v1/workflows/a/events", event("RUNNING") + value);
        try (ScriptedServer node = new ScriptedServer(responses);
                LiveRun watch = new LiveRun("watch", "a", "--url", node.url())) {
            watch.awaitOut("2026-01-31T12:00:01Z  published a: 1\n");
            Deadline.until(node::lastEventIds, ids -> ids.contains("7"));
            script(responses, "COMPLETED", "'state':'succeeded','endedAt':'2026-01-31T12:00:02Z'");

            assertThat(watch.end().assertStatus(0).err()).isEmpty();
            assertThat(node.lastEventIds()).containsOnly("7");
        }
    }

    @Test
    void withoutAnIdPrintsWhatChangedUntilCtrlC() throws Exception {
        String label = "?label.watch=many";
        server.run("test.order" + label, ServerFixture.ORDER);
        try (LiveRun text = watch("--label", "watch=many");
                LiveRun json = watch("--label", "watch=many", "--json")) {
            text.awaitOut("  COMPLETED  attempt 1\n");
            json.awaitOut("COMPLETED");
            String second =
                    server.run("test.parks" + label, ServerFixture.ORDER).text("id");
            text.awaitOut(second + "  test.parks  DEAD_LETTERED  attempt 1  IllegalStateException: broken\n");
            json.awaitOut("\"id\":\"" + second + "\"");
            text.interrupt();
            json.interrupt();

            CommandRun run = text.end().assertStatus(130);
            assertThat(run.out()).containsOnlyOnce("COMPLETED").doesNotContain("\u001b");
            assertThat(run.err()).isEmpty();
            assertThat(json.end().assertStatus(130).lines())
                    .allSatisfy(line -> assertThat(
                                    JsonMapper.shared().readTree(line).isObject())
                            .isTrue());
        }
    }
}
