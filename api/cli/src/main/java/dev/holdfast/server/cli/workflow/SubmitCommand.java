package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.output.JsonText;
import dev.holdfast.server.cli.value.JsonInput;
import dev.holdfast.server.cli.value.Values;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code holdfast submit}. */
@Command(
        name = "submit",
        description = {
            "Submit a workflow.",
            "With a key or an id it is safe to repeat: the submission then joins the existing workflow."
        },
        exitCodeList = {
            "0:The workflow was accepted, and did not fail within --wait.",
            "1:The submission was rejected, or the workflow failed within --wait; stderr says why."
        },
        footer = {
            "  ./holdfast submit probe.order '{\"item\":\"book\",\"quantity\":2,\"cardToken\":\"tok\"}' --wait 10",
            "  ./holdfast submit probe.order @order.json --idempotency-key order-42"
        })
public final class SubmitCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @Parameters(
            index = "0",
            paramLabel = "TYPE",
            converter = Values.Type.class,
            description = "The name of the definition.")
    private String type;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "INPUT",
            defaultValue = "{}",
            description = "JSON, @FILE with JSON, or - for standard input. Default: ${DEFAULT-VALUE}.")
    private String input;

    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            converter = Values.Id.class,
            description = "The same input under the same key joins the existing workflow.")
    private @Nullable String key;

    @Option(
            names = "--id",
            paramLabel = "ID",
            converter = Values.Id.class,
            description = "The id of the workflow, instead of a key.")
    private @Nullable String id;

    @Option(names = "--label", paramLabel = "NAME=VALUE", description = "A label to filter by; may be repeated.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            converter = Values.Deadline.class,
            description = "By when it must have ended: 12h, 2d, or a time such as 2026-01-31T12:00:00Z.")
    private @Nullable String deadline;

    @Option(
            names = "--delay",
            paramLabel = "TIME",
            converter = Values.Delay.class,
            description = "When it starts: 30m, 2d, or a time such as 2026-01-31T12:00:00Z; at most 366 days ahead.")
    private @Nullable String delay;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            converter = Values.Wait.class,
            description = "How long to wait for the end, 0 to 60 s. Default: do not wait.")
    private @Nullable Integer seconds;

    @SuppressWarnings("NullAway.Init")
    public SubmitCommand() {}

    @Override
    public Integer call() {
        Map<String, String> query = new LinkedHashMap<>();
        Client.put(query, "id", id);
        Client.put(query, "deadline", deadline);
        Client.put(query, "delay", delay);
        labels.forEach((name, value) -> query.put("label." + name, value));
        Map<String, String> headers = new LinkedHashMap<>();
        Client.put(headers, "Idempotency-Key", key);
        if (seconds != null) {
            headers.put("Prefer", "wait=" + seconds);
        }
        Duration wait = Duration.ofSeconds(seconds == null ? 0 : seconds);
        byte[] json = JsonInput.read("INPUT", input, client::usage);
        return print(
                client.call(node -> node.post("/v1/workflows/" + Client.segment(type), query, headers, json, wait)));
    }

    private int print(Client.Response response) {
        JsonNode workflow = response.json();
        if (client.json()) {
            client.out().println(response.body());
        } else {
            client.out().println(JsonText.value(workflow.path("id")) + "  " + JsonText.value(workflow.path("status")));
            if (workflow.has("result")) {
                client.out().println(workflow.path("result"));
            }
        }
        if (workflow.has("error")) {
            client.err().println(JsonText.error(workflow.path("error")));
            return CommandLine.ExitCode.SOFTWARE;
        }
        return CommandLine.ExitCode.OK;
    }
}
