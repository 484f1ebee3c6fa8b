package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.client.ReconnectingPoll;
import dev.holdfast.server.cli.output.Terminal;
import dev.holdfast.server.cli.value.Values;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code holdfast watch}. */
@Command(
        name = "watch",
        description = {
            "Follow one workflow until it ends, or all of them until Ctrl-C.",
            "With ID, print each new item of the history, each change of the status and each published value."
                    + " Without, redraw a table each second on a terminal, or print changes if stdout is not a"
                    + " terminal. If the node is unreachable, wait for it."
        },
        exitCodeList = {
            "0:The workflow ended as COMPLETED.",
            "1:The workflow ended otherwise, or the node rejected the request.",
            "130:Ctrl-C ended the command."
        },
        footer = {
            "  ./holdfast watch walk-1",
            "  ./holdfast watch --status running,waiting,dead_lettered",
            "  ./holdfast watch walk-1 --json"
        })
public final class WatchCommand implements Callable<Integer> {
    private static final int ENDED_BY_CTRL_C = 130;

    @Mixin
    private ClientOptions client;

    @Mixin
    private WorkflowFilters filters;

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            converter = Values.Id.class,
            description = "The id of one workflow, instead of filters.")
    private @Nullable String id;

    @SuppressWarnings("NullAway.Init")
    public WatchCommand() {}

    @Override
    public Integer call() {
        Map<String, String> query = filters.query();
        if (id != null && !query.isEmpty()) {
            throw client.usage("An ID and filters are both present: expected only one of them.");
        }
        String one = id;
        return client.call(node -> one == null ? all(node, query) : one(node, one));
    }

    private int one(Client node, String workflow) {
        try (WorkflowWatch watch = new WorkflowWatch(client, node, workflow)) {
            if (!repeat(watch::poll, WorkflowWatch.INTERVAL)) {
                return ENDED_BY_CTRL_C;
            }
            return watch.completed() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        }
    }

    private int all(Client node, Map<String, String> query) {
        WorkflowListWatch watch = new WorkflowListWatch(client, node, query, Terminal.ofStdout());
        return repeat(watch::poll, WorkflowListWatch.INTERVAL) ? CommandLine.ExitCode.OK : ENDED_BY_CTRL_C;
    }

    /** Polls until the watch is over or stdout is closed; returns false if interrupted. */
    private boolean repeat(Watch watch, Duration interval) {
        ReconnectingPoll poll = new ReconnectingPoll(client.err());
        try {
            while (!poll.poll(watch::poll).orElse(false)) {
                if (client.out().checkError() || System.out.checkError()) {
                    return true;
                }
                Thread.sleep(interval);
            }
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** Requests the state once, and prints what is new. */
    @FunctionalInterface
    private interface Watch {
        /** Returns whether the watch is over. */
        boolean poll();
    }
}
