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

/** {@code holdfast signal}. */
@Command(
        name = "signal",
        description = {
            "Send a signal to a workflow, whether it waits for it already or not.",
            "With a key it is safe to repeat: the signal is then sent once."
        },
        exitCodeList = {
            "0:The signal is kept. The workflow takes it when it awaits it.",
            "1:The signal was rejected, for example because the workflow has ended; stderr says why."
        },
        footer = {
            "  ./holdfast submit approval '{\"approver\":\"ann\",\"subject\":\"a holiday\"}' --id approval-1",
            "  ./holdfast signal approval-1 answer '{\"approved\":true,\"by\":\"ann\"}'",
            "  ./holdfast signal approval-1 answer @answer.json --idempotency-key answer-of-ann"
        })
public final class SignalCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @Parameters(
            index = "0",
            paramLabel = "ID",
            converter = Values.Id.class,
            description = "The id of the workflow, as list shows it.")
    private String id;

    @Parameters(
            index = "1",
            paramLabel = "NAME",
            converter = Values.SignalName.class,
            description = "The name of the signal.")
    private String name;

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "PAYLOAD",
            defaultValue = "{}",
            description = "JSON, @FILE with JSON, or - for standard input. Default: ${DEFAULT-VALUE}.")
    private String payload;

    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            converter = Values.Id.class,
            description = "The same signal to the same workflow under the same key is sent once.")
    private @Nullable String key;

    @SuppressWarnings("NullAway.Init")
    public SignalCommand() {}

    @Override
    public Integer call() {
        Map<String, String> headers = new LinkedHashMap<>();
        Client.put(headers, "Idempotency-Key", key);
        byte[] json = JsonInput.read("PAYLOAD", payload, client::usage);
        String path = "/v1/workflows/" + Client.segment(id) + "/signals/" + Client.segment(name);
        Client.Response response = client.call(node -> node.post(path, Map.of(), headers, json, Duration.ZERO));
        client.out()
                .println(
                        client.json()
                                ? response.body()
                                : id + "  SENT: signal " + name + " with the id "
                                        + JsonText.value(response.json().path("signal")));
        return CommandLine.ExitCode.OK;
    }
}
