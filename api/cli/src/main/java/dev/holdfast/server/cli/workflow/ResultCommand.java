package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.output.JsonText;
import dev.holdfast.server.cli.value.Values;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast result}. */
@Command(
        name = "result",
        description = {
            "Print the result of one workflow.",
            "With --wait it also waits while the node restarts or its database is away."
        },
        exitCodeList = {
            "0:The result was printed.",
            "1:There is no result yet, or there will be none; stderr says which."
        },
        footer = {"  ./holdfast result walk-1 --wait 30"})
public final class ResultCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @Parameters(paramLabel = "ID", converter = Values.Id.class, description = "The id of the workflow.")
    private String id;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            converter = Values.Wait.class,
            defaultValue = "0",
            description = "How long to wait for it, 0 to 60 s. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @SuppressWarnings("NullAway.Init")
    public ResultCommand() {}

    @Override
    public Integer call() {
        String path = "/v1/workflows/" + Client.segment(id) + "/result";
        Client.Response response =
                client.call(node -> new ResultWait(node, path, client.err()).await(Duration.ofSeconds(seconds)));
        if (response.status() == Client.ACCEPTED && !client.json()) {
            client.err()
                    .println("There is no result yet: "
                            + JsonText.value(response.json().path("status")));
        } else {
            client.out().println(response.body());
        }
        return response.status() == Client.ACCEPTED ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }
}
