package dev.holdfast.server.cli.client;

import dev.holdfast.server.cli.output.JsonText;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/**
 * What all commands have in common that ask the owner of a workflow to decide. Reads the id, asks, and says what was
 * decided.
 */
public abstract class ActionCommand implements Callable<Integer> {
    private final String collection;
    private final String act;

    @Mixin
    private ClientOptions client;

    @Parameters(paramLabel = "ID", description = "Its id, as list shows it.")
    private String id;

    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            description = "The same act under the same key is one request, however often it is sent.")
    private @Nullable String key;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "Wait so long for the decision, 0 to 60 s. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    /** Posts to {@code collection/ID/act}. */
    @SuppressWarnings("NullAway.Init")
    public ActionCommand(String collection, String act) {
        this.collection = collection;
        this.act = act;
    }

    /** Why, for the audit. */
    public abstract @Nullable String reason();

    @Override
    public Integer call() {
        Map<String, String> headers = new LinkedHashMap<>();
        Client.put(headers, "Idempotency-Key", key);
        Map<String, String> query = new LinkedHashMap<>();
        query.put("wait", String.valueOf(seconds));
        String subject = collection + "/" + Client.segment(id);
        show(client.ask(node -> send(node, subject, query, headers, Duration.ofSeconds(seconds))));
        return CommandLine.ExitCode.OK;
    }

    /** Asks the node. {@code subject} is the path of what it is about; {@code query} may be added to. */
    public Client.Answer send(
            Client node, String subject, Map<String, String> query, Map<String, String> headers, Duration waits) {
        String reason = reason();
        byte[] json = JsonMapper.shared().writeValueAsBytes(reason == null ? Map.of() : Map.of("reason", reason));
        return node.post(subject + "/" + act, query, headers, json, waits);
    }

    /** What is said behind the status that was decided: nothing where that says it all. */
    public String meaning() {
        return "";
    }

    private void show(Client.Answer answer) {
        if (client.json()) {
            client.out().println(answer.body());
            return;
        }
        var decided = answer.json();
        String workflow = JsonText.value(decided.has("workflowId") ? decided.path("workflowId") : decided.path("id"));
        String status = JsonText.value(decided.path("status"));
        String line = workflow + "  " + status;
        client.out()
                .println(
                        answer.status() == Client.ACCEPTED
                                ? line + ": not decided yet, see `" + client.command("show " + workflow) + "`"
                                : line + meaning());
    }
}
