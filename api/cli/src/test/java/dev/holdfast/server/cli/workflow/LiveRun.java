package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.Deadline;
import dev.holdfast.server.WorkflowRegistration;
import dev.holdfast.server.cli.CommandRun;
import dev.holdfast.server.cli.HoldfastCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.FutureTask;

/** A command that runs until the test stops it. */
final class LiveRun implements AutoCloseable {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final FutureTask<Integer> status;
    private final Thread thread;

    LiveRun(String... arguments) {
        status = new FutureTask<>(() -> HoldfastCommand.commandLine(WorkflowRegistration.none(), Map.of())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(arguments));
        thread = Thread.ofPlatform().start(status);
    }

    void awaitOut(String expected) {
        Deadline.until(out::toString, text -> text.contains(expected));
    }

    void awaitErr(String expected) {
        Deadline.until(err::toString, text -> text.contains(expected));
    }

    /** Waits until the command ends by itself. */
    CommandRun end() throws Exception {
        return new CommandRun(status.get(), out.toString(), err.toString());
    }

    /** Interrupts the command, as Ctrl-C does. */
    void interrupt() {
        thread.interrupt();
    }

    @Override
    public void close() {
        interrupt();
    }
}
