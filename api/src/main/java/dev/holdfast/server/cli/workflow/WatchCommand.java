package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.client.ReconnectingPoll;
import dev.holdfast.server.cli.output.Terminal;
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
            "With ID it prints each line of the history as it comes, and each change of the status. Without, it redraws"
                    + " a table each second on a terminal, and prints what changed elsewhere. A node that is away is"
                    + " waited for."
        },
        exitCodeList = {
            "0:The workflow was COMPLETED.",
            "1:It ended otherwise, or the node refused.",
            "130:It was ended by Ctrl-C."
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

    @Parameters(arity = "0..1", paramLabel = "ID", description = "The id of one workflow, in place of filters.")
    private @Nullable String id;

    @SuppressWarnings("NullAway.Init")
    public WatchCommand() {}

    @Override
    public Integer call() {
        Map<String, String> query = filters.query();
        if (id != null && !query.isEmpty()) {
            throw client.usage("Either an ID or filters: one workflow is followed whatever it is like.");
        }
        String one = id;
        return client.ask(node -> one == null ? all(node, query) : one(node, one));
    }

    private int one(Client node, String workflow) {
        WorkflowWatch watch = new WorkflowWatch(client, node, workflow);
        if (!repeat(watch::look, WorkflowWatch.INTERVAL)) {
            return ENDED_BY_CTRL_C;
        }
        return watch.completed() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private int all(Client node, Map<String, String> query) {
        WorkflowListWatch watch = new WorkflowListWatch(client, node, query, Terminal.ofStdout());
        return repeat(watch::look, WorkflowListWatch.INTERVAL) ? CommandLine.ExitCode.OK : ENDED_BY_CTRL_C;
    }

    /** Looks until there is nothing more to see, or nobody who sees it; false if it was interrupted. */
    private boolean repeat(Look look, Duration interval) {
        ReconnectingPoll patience = new ReconnectingPoll(client.err());
        try {
            while (!patience.ask(look::isOver).orElse(false)) {
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

    /** One look, which prints what is new. */
    @FunctionalInterface
    private interface Look {
        /** Whether it was the last one. */
        boolean isOver();
    }
}
