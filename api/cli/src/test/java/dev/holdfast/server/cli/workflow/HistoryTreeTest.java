package dev.holdfast.server.cli.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.cli.CommandRun;
import dev.holdfast.server.cli.ScriptedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The table of a history with branches and children, as a whole. */
class HistoryTreeTest {
    private final Map<String, String> responses = new ConcurrentHashMap<>();
    private final List<String> items = new ArrayList<>();
    private ScriptedServer server;

    @BeforeEach
    void start() {
        server = new ScriptedServer(responses);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HistoryTreeTest add(String branch, String kind, String name, String state) {
        return add(branch, kind, name, state, "null");
    }

    /** Each item takes the next seq. */
    private HistoryTreeTest add(String branch, String kind, String name, String state, String key) {
        items.add(("{'seq':%d,'position':%s,'branch':'%s','kind':'%s','name':'%s','state':'%s','attempt':1,"
                        + "'idempotencyKey':%s,'startedAt':'2026-11-21T06:33:01.7Z','endedAt':null,'error':null}")
                .formatted(items.size() + 1, kind.equals("step") ? "0" : "null", branch, kind, name, state, key));
        return this;
    }

    /** Name and state of each line; the other columns are those of any history. */
    private String tree() {
        responses.put("/v1/workflows/a/history?limit=500", "{'items':[" + String.join(",", items) + "],'next':null}");
        CommandRun run = CommandRun.on(server.url(), "history", "a").assertStatus(0);
        List<String> lines = run.lines();
        int seq = lines.getFirst().indexOf("SEQ");
        int name = lines.getFirst().indexOf("NAME");
        int attempt = lines.getFirst().indexOf("ATTEMPT");
        List<String> shown = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String left = line.substring(seq, seq + 5);
            shown.add((left + line.substring(name, Math.min(line.length(), attempt))).stripTrailing());
        }
        return String.join("\n", shown) + "\n";
    }

    @Test
    void branchesStandBeneathTheirJoinEachInItsOrder() {
        add("", "step", "reserve", "succeeded");
        add("1.1", "step", "quote", "failed");
        add("1.0", "step", "quote", "succeeded");
        add("1.1", "step", "quote", "succeeded");
        add("1.10", "signal", "offer", "awaited");
        add("1.1", "decision", "join", "decided");
        add("1.10", "decision", "stop", "lost");
        add("", "step", "order", "succeeded");
        add("3.0", "timer", "sleep", "fired");
        add("", "decision", "end", "COMPLETED");

        assertThat(tree()).isEqualTo("""
                1    reserve         succeeded
                     join 1
                3    ├─ 1.0  quote   succeeded
                2    ├─ 1.1  quote   failed
                4    │       quote   succeeded
                6    │       join    decided
                5    └─ 1.10  offer  awaited
                7             stop   lost
                8    order           succeeded
                     join 3
                9    └─ 3.0  sleep   fired
                10   end             COMPLETED
                """);
    }

    @Test
    void branchesOfABranchStandBeneathIt() {
        add("0.0.1.0", "step", "a", "succeeded");
        add("0.0", "step", "before", "succeeded");
        add("0.1.0.0", "step", "c", "started");
        add("0.0.1.1", "step", "b", "succeeded");
        add("0.0", "step", "behind", "started");
        add("0.1.0.0", "timer", "sleep", "waiting");

        assertThat(tree()).isEqualTo("""
                     join 0
                     ├─ 0.0  join 0.0.1
                1    │       ├─ 0.0.1.0  a      succeeded
                4    │       └─ 0.0.1.1  b      succeeded
                2    │       before             succeeded
                5    │       behind             started
                     └─ 0.1  join 0.1.0
                3            └─ 0.1.0.0  c      started
                6                        sleep  waiting
                """);
    }

    @Test
    void messagesStandBehindAJoinAndDecisionsDivideIt() {
        add("0.0", "signal", "go", "awaited");
        add("", "signal", "go", "received");
        add("0.1", "step", "charge", "failed");
        add("", "decision", "dead-letter", "RETRIES_EXHAUSTED");
        add("", "signal", "stop", "received");
        add("", "decision", "retry", "RETRIED");
        add("0.1", "step", "charge", "succeeded");
        add("0.0", "signal", "go", "taken");

        assertThat(tree()).isEqualTo("""
                     join 0
                1    ├─ 0.0  go         awaited
                3    └─ 0.1  charge     failed
                2    go                 received
                4    dead-letter        RETRIES_EXHAUSTED
                5    stop               received
                6    retry              RETRIED
                     join 0, continued
                8    ├─ 0.0  go         taken
                7    └─ 0.1  charge     succeeded
                """);
    }

    @Test
    void theEndOfAChildNamesItWhereThePageHasItsCall() {
        add("0.0", "child", "ship", "started", "'h1a'");
        add("0.1", "child", "ship", "started", "'h1b'");
        add("", "child", "child:u-2", "received", "'u-2'");
        add("0.1", "child", "child:u-2", "taken", "'u-2'");
        add("", "child", "child:u-9", "received", "'u-9'");
        add("", "child", "survey", "detached", "'h1c'");
        add("", "child", "pay", "started", "'h1d'");
        add("", "child", "child:u-4", "received", "'u-4'");
        add("", "child", "child:u-4", "taken", "'u-4'");

        assertThat(tree()).isEqualTo("""
                     join 0
                1    ├─ 0.0  ship h1a  started
                2    └─ 0.1  ship h1b  started
                4            ship h1b  taken
                3    ship h1b          received
                5    child:u-9         received
                6    survey h1c        detached
                7    pay h1d           started
                8    pay h1d           received
                9    pay h1d           taken
                """);
    }

    @Test
    void withoutBranchesThereIsNoTree() {
        add("", "step", "reserve", "succeeded");
        add("", "decision", "end", "COMPLETED");

        assertThat(tree()).isEqualTo("""
                1    reserve  succeeded
                2    end      COMPLETED
                """);
    }
}
