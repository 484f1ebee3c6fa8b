package dev.holdfast.server;

import dev.holdfast.Definition;
import dev.holdfast.server.TestWorkflows.Order;
import dev.holdfast.server.cli.HoldfastCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The command line in a separate process, with all its output on stdout and stderr. */
final class LoggedNode implements AutoCloseable {
    /** Many short sequential steps. */
    static final Definition<Order, Integer> BUSY = Definition.of("test.busy", 1, Order.class, Integer.class);

    private static final Duration BODY = Duration.ofMillis(20);
    private static final int END_SECONDS = 60;

    private final Process process;
    private final Thread listener;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private LoggedNode(Process process) {
        this.process = process;
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        this.listener = Thread.ofPlatform().daemon().name("node-output").start(() -> listen(reader));
    }

    public static void main(String[] arguments) {
        TestWorkflows workflows = new TestWorkflows();
        WorkflowRegistration registration =
                (builder, dataSource, allowHalt) -> workflows.register(builder).register(BUSY, (ctx, order) -> {
                    for (int i = 0; i < order.quantity(); i++) {
                        ctx.run("work", step -> LockSupport.parkNanos(BODY.toNanos()));
                    }
                    return order.quantity();
                });
        System.exit(HoldfastCommand.commandLine(registration).execute(arguments));
    }

    /** Starts a process with additional environment, JVM options, and this command line. */
    static LoggedNode launch(Map<String, String> environment, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LoggedNode.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("HOLDFAST_"));
        builder.environment().putAll(environment);
        try {
            return new LoggedNode(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void listen(BufferedReader reader) {
        try (reader) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("gone");
        }
    }

    /** The lines so far. */
    List<String> output() {
        return List.copyOf(lines);
    }

    /** Waits until the node has joined; returns its URL. */
    String awaitUrl() {
        String greeting = "Holdfast runs at ";
        return Deadline.until(
                        () -> lines.stream()
                                .filter(line -> line.startsWith(greeting) || !process.isAlive())
                                .toList(),
                        found -> !found.isEmpty())
                .getFirst()
                .substring(greeting.length());
    }

    long pid() {
        return process.pid();
    }

    /** Waits until the process has ended by itself and its output is read; returns its exit status. */
    int awaitEnd() {
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("still running after " + END_SECONDS + " s: " + lines);
            }
            listener.join();
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends SIGTERM and waits for the end. */
    void stop() {
        process.toHandle().destroy(); // does not close the streams that the test reads
        awaitEnd();
    }

    @Override
    public void close() {
        try {
            stop();
        } finally {
            process.destroyForcibly();
        }
    }
}
