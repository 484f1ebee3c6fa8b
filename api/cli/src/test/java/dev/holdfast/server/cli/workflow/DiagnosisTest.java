package dev.holdfast.server.cli.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.cli.ScriptedServer;
import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.WorkflowEvidence;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The diagnosis of workflows in states that a small server does not reach by itself. */
class DiagnosisTest {
    private final Map<String, String> responses = new ConcurrentHashMap<>();
    private ScriptedServer server;

    @BeforeEach
    void start() {
        server = new ScriptedServer(responses);
        responses.put("/v1/nodes", "{'items':[{'name':'one','loaded':10000,'leaseAgeMillis':400}],'next':null}");
        responses.put("/v1/definitions", "{'items':[{'type':'pay','version':2}],'next':null}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String diagnosis(String workflow) {
        JsonNode json = JsonMapper.shared().readTree(workflow.replace('\'', '"'));
        try (Client client = new Client(URI.create(server.url()), Optional.empty(), Optional.empty())) {
            List<String> lines =
                    new Diagnosis(new WorkflowEvidence(client, json), words -> "./holdfast " + words).lines();
            return String.join("\n", lines);
        }
    }

    private static String workflow(String status, String members) {
        return "{'id':'a','type':'pay','version':2,'status':'" + status + "'," + members + "}";
    }

    @Test
    void ofAQueuedOne() {
        assertThat(diagnosis(workflow("QUEUED", "'owner':'one'")))
                .contains("queued on node one", "runs 10000 workflows", "Wait. ");
    }

    @Test
    void ofOneWithoutAnOwner() {
        assertThat(diagnosis(workflow("RUNNING", "'owner':null")))
                .startsWith("No node owns the workflow")
                .contains("./holdfast nodes");
    }

    @Test
    void ofOneWhoseOwnerIsSilent() {
        responses.put("/v1/nodes", "{'items':[{'name':'one','loaded':1,'leaseAgeMillis':61000}],'next':null}");

        assertThat(diagnosis(workflow("RUNNING", "'owner':'one'"))).contains("node one, has been silent for 61 s");
    }

    @Test
    void ofOneWhoseDefinitionIsNotRegistered() {
        responses.put("/v1/definitions", "{'items':[{'type':'pay','version':1}],'next':null}");

        for (String status : List.of("QUEUED", "RUNNING", "WAITING", "COMPENSATING")) {
            assertThat(diagnosis(workflow(status, "'owner':'one'")))
                    .contains("has no definition pay version 2", "./holdfast definitions");
        }
    }

    @Test
    void ofOneInABackOff() {
        String members = "'owner':'one','attempt':3,'lastError':{'class':'java.io.IOException','message':'closed'},"
                + "'waitingFor':{'kind':'retry','name':'charge','until':'2026-01-31T12:00:00.123Z'}";

        assertThat(diagnosis(workflow("WAITING", members)))
                .startsWith("The workflow waits for attempt 4 of step charge at 2026-01-31T12:00:00Z,"
                        + " because attempt 3 failed: java.io.IOException: closed\n")
                .contains("retries by itself", "./holdfast cancel a");
        assertThat(diagnosis(workflow("COMPENSATING", members)))
                .startsWith("The workflow compensates its steps, and waits for attempt 4");
    }

    @Test
    void ofOneThatWaitsForASignal() {
        String members = "'owner':'one','waitingFor':{'kind':'signal','name':'approval','until':UNTIL}";
        String limited = members.replace("UNTIL", "'2026-12-02T10:00:00.123Z'");

        assertThat(diagnosis(workflow("WAITING", limited)))
                .isEqualTo("The workflow is waiting for signal approval until 2026-12-02T10:00:00Z.\n"
                        + "Send it with `./holdfast signal a approval PAYLOAD`; without it, the workflow continues at"
                        + " that time.");
        assertThat(diagnosis(workflow("WAITING", members.replace("UNTIL", "null"))))
                .isEqualTo("The workflow is waiting for signal approval, without a limit.\n"
                        + "Send it with `./holdfast signal a approval PAYLOAD`.");
        assertThat(diagnosis(workflow("COMPENSATING", limited)))
                .startsWith("The workflow compensates its steps, and is waiting for signal approval until ");
    }

    @Test
    void ofOneThatWaitsForAChild() {
        String members = "'owner':'one','waitingFor':{'kind':'child','name':'ship','until':null}";

        assertThat(diagnosis(workflow("WAITING", members)))
                .isEqualTo("The workflow is waiting for child ship.\n"
                        + "It continues when that has ended. `./holdfast list --parent a` shows its children; one that"
                        + " is parked waits for a decision on its dead letter.");
    }

    @Test
    void ofOneWhoseBranchesWait() {
        String members = "'owner':'one','waitingFor':SIGNAL,'waits':[SIGNAL,{'kind':'timer','name':'','until':UNTIL}]"
                .replace("SIGNAL", "{'kind':'signal','name':'go','until':UNTIL}")
                .replace("UNTIL", "'2026-12-02T10:00:00Z'");

        assertThat(diagnosis(workflow("WAITING", members)))
                .isEqualTo("All its branches wait, and each continues when its own wait is over. The first wait is over"
                        + " at 2026-12-02T10:00:00Z. `./holdfast history a` shows how far they came.\n"
                        + "Send a signal with `./holdfast signal a NAME PAYLOAD`.");
    }

    @Test
    void ofOneThatWaitsForATime() {
        String members = "'owner':'one','waitingFor':{'kind':'timer','name':'','until':'2026-12-02T10:00:00Z'}";

        assertThat(diagnosis(workflow("WAITING", members)))
                .isEqualTo("The workflow is waiting until 2026-12-02T10:00:00Z.\n"
                        + "It then continues by itself. To stop it before, cancel it with `./holdfast cancel a`.");
    }

    @Test
    void ofOneThatWaitsForItsVersion() {
        String members = "'owner':'one','waitingFor':{'kind':'version','name':'pay/2','until':'2026-12-02T10:00:00Z'}";

        assertThat(diagnosis(workflow("WAITING", members)))
                .startsWith("The workflow waits for its version pay/2")
                .contains("before 2026-12-02T10:00:00Z.", "Start every node");
    }

    @Test
    void ofOneThatTookASignal() {
        history("{'kind':'signal','name':'approval','state':'taken','endedAt':'2026-01-31T12:00:00Z'}");

        assertThat(diagnosis(workflow("RUNNING", "'owner':'one'")))
                .isEqualTo("Its code runs on node one, after signal approval: taken at 2026-01-31T12:00:00Z.");
    }

    @Test
    void ofOneThatSlept() {
        history("{'kind':'timer','name':'sleep','state':'fired','endedAt':'2026-01-31T12:00:00Z'}");

        assertThat(diagnosis(workflow("RUNNING", "'owner':'one'")))
                .endsWith("after sleep: fired at 2026-01-31T12:00:00Z.");
    }

    /** They say nothing about what the code does. */
    @Test
    void passesOverSignalsThatArrived() {
        String signal = "{'seq':9,'kind':'signal','name':'approval','state':'received'}";
        history("{'kind':'step','name':'ship','position':3,'state':'started','attempt':2},".concat(signal));
        assertThat(diagnosis(workflow("RUNNING", "'owner':'one'"))).startsWith("The body of step ship (position 3) ");

        history("{'seq':4,'kind':'decision','name':'dead-letter'}," + signal.replace("received", "undelivered")
                + ",{'seq':10,'kind':'decision','name':'end'}");
        String members = "'finishedAt':'2026-01-31T12:00:00Z','lastError':{'class':'Oops','message':'no'}";
        assertThat(diagnosis(workflow("FAILED", members))).startsWith("Its dead letter was discarded.");
    }

    @Test
    void ofOneThatUndoes() {
        history("{'kind':'step','name':'ship','position':3,'state':'undone','endedAt':'2026-01-31T12:00:00Z'}");

        assertThat(diagnosis(workflow("COMPENSATING", "'owner':'one'")))
                .startsWith("The workflow compensates its steps")
                .endsWith("after step ship (position 3): undone at 2026-01-31T12:00:00Z.");
    }

    @Test
    void ofOneWhoseBodyRuns() {
        history("{'kind':'step','name':'ship','position':3,'state':'started','attempt':2,"
                + "'startedAt':'2026-01-31T12:00:00.5Z','endedAt':null}");

        assertThat(diagnosis(workflow("RUNNING", "'owner':'one'")))
                .startsWith(
                        "The body of step ship (position 3) runs on node one: attempt 2, since 2026-01-31T12:00:00Z.");
    }

    @Test
    void ofOneBeforeItsFirstStep() {
        history("");

        assertThat(diagnosis(workflow("RUNNING", "'owner':'one'"))).contains("has not reached its next step");
    }

    @Test
    void readsTheHistoryToItsEnd() {
        responses.put("/v1/workflows/a/history?limit=500", "{'items':[{'kind':'decision'}],'next':'7'}");
        responses.put(
                "/v1/workflows/a/history?limit=500&cursor=7",
                "{'items':[{'kind':'step','name':'last','state':'started'}],'next':null}");

        assertThat(diagnosis(workflow("RUNNING", "'owner':'one'"))).startsWith("The body of step last ");
    }

    @Test
    void ofOneThatIsParked() {
        responses.put(
                "/v1/dead-letters/a.4",
                "{'id':'a.4','cause':'COMPENSATION_FAILED','step':'undo-charge','position':5,'attempts':10,"
                        + "'parkedAt':'2026-01-31T12:00:00Z','error':{'class':'Oops','message':'no'}}");

        assertThat(diagnosis(workflow("DEAD_LETTERED", "'owner':'one','deadLetter':'a.4'")))
                .contains(
                        "at step undo-charge (position 5, attempts: 10)",
                        "COMPENSATION_FAILED: a compensation has failed for good.",
                        "The error: Oops: no",
                        "./holdfast dead-letters retry a.4 --reason \"...\"",
                        "./holdfast dead-letters discard a.4 --reason \"...\"",
                        "./holdfast cancel a");
    }

    @Test
    void ofThoseThatHaveEnded() {
        history("{'kind':'decision','name':'end','state':'FAILED'}");
        assertThat(diagnosis(workflow("COMPLETED", "'owner':null"))).isEmpty();
        assertThat(diagnosis(workflow("FAILED", "'lastError':{'class':'Oops','message':'no'}")))
                .startsWith("The workflow has failed for good: Oops: no");
        assertThat(diagnosis(workflow("CANCELLED", "'owner':null"))).contains("./holdfast history a");
    }

    @Test
    void ofOneThatWasDiscarded() {
        history("{'seq':4,'kind':'decision','name':'dead-letter'},{'seq':5,'kind':'decision','name':'end'}");
        String members = "'finishedAt':'2026-01-31T12:00:00Z','lastError':{'class':'Oops','message':'no'}";

        assertThat(diagnosis(workflow("FAILED", members)))
                .startsWith("Its dead letter was discarded. `./holdfast audit` shows an admin by whom and why.\n");

        String row = "{'action':'DISCARD','target':'x.4','outcome':'APPLIED','actor':'ann','reason':'of no use',"
                + "'at':'2026-01-31T12:00:00Z'}";
        String other = row.replace("x.4", "y.4").replace("ann", "bob");
        responses.put(
                "/v1/audit?action=DISCARD&after=2026-01-31T11%3A59%3A00Z&before=2026-01-31T12%3A01%3A00Z&limit=500",
                "{'items':[" + other + "," + row + "],'next':null}");
        responses.put("/v1/dead-letters/x.4", "{'id':'x.4','workflowId':'a'}");
        responses.put("/v1/dead-letters/y.4", "{'id':'y.4','workflowId':'b'}");
        assertThat(diagnosis(workflow("FAILED", members)))
                .startsWith("Its dead letter was discarded by ann at 2026-01-31T12:00:00Z: of no use\n")
                .contains("because of this error: Oops: no");
    }

    private void history(String item) {
        responses.put("/v1/workflows/a/history?limit=500", "{'items':[" + item + "],'next':null}");
    }
}
