package dev.holdfast.server.cli.client;

import dev.holdfast.server.cli.output.JsonText;
import dev.holdfast.server.cli.value.Values;
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
 * Base of the commands that request an operator action, which the owner of the workflow applies. Sends the request and
 * prints the outcome.
 */
public abstract class ActionCommand implements Callable<Integer> {
    private final String collection;
    private final String action;

    @Mixin
    private ClientOptions client;

    @Parameters(paramLabel = "ID", converter = Values.Id.class, description = "The id, as list shows it.")
    private String id;

    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            converter = Values.Id.class,
            description = "Makes the request safe to repeat: one key is one request.")
    private @Nullable String key;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            converter = Values.Wait.class,
            defaultValue = "10",
            description = "How long to wait for the outcome, 0 to 60 s. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    /** Posts to {@code collection/ID/action}. */
    @SuppressWarnings("NullAway.Init")
    public ActionCommand(String collection, String action) {
        this.collection = collection;
        this.action = action;
    }

    /** The reason for the audit log, if given. */
    public abstract @Nullable String reason();

    @Override
    public Integer call() {
        Map<String, String> headers = new LinkedHashMap<>();
        Client.put(headers, "Idempotency-Key", key);
        Map<String, String> query = new LinkedHashMap<>();
        query.put("wait", String.valueOf(seconds));
        print(client.call(node -> send(
                node,
                collection + "/" + Client.segment(target(node, id)),
                query,
                headers,
                Duration.ofSeconds(seconds))));
        return CommandLine.ExitCode.OK;
    }

    /** The id of what the action is about; by default the one that was typed. */
    public String target(Client node, String typed) {
        return typed;
    }

    /** Sends the request. {@code subject} is the path of the target; implementations may add to {@code query}. */
    public Client.Response send(
            Client node, String subject, Map<String, String> query, Map<String, String> headers, Duration wait) {
        byte[] json = JsonMapper.shared().writeValueAsBytes(members());
        return node.post(subject + "/" + action, query, headers, json, wait);
    }

    /** The members of the body; by default the reason, if there is one. */
    public Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        String reason = reason();
        if (reason != null) {
            members.put("reason", reason);
        }
        return members;
    }

    /** Text to print after the final status; empty by default. */
    public String outcomeNote() {
        return "";
    }

    private void print(Client.Response response) {
        if (client.json()) {
            client.out().println(response.body());
            return;
        }
        var result = response.json();
        String workflow = JsonText.value(result.has("workflowId") ? result.path("workflowId") : result.path("id"));
        String status = JsonText.value(result.path("status"));
        String line = workflow + "  " + status;
        client.out()
                .println(
                        response.status() == Client.ACCEPTED
                                ? line + ": still pending, see `" + client.command("show " + workflow) + "`"
                                : line + outcomeNote());
    }
}
