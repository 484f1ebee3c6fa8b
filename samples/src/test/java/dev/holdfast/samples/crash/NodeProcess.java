package dev.holdfast.samples.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A {@link NodeMain} in a process of its own, in the hands of the test: told what to do, listened to, killed. */
final class NodeProcess implements AutoCloseable {
    /** Short, so that tests that must wait for its end are. */
    static final Duration LEASE = Duration.ofSeconds(2);

    /** As in production. */
    static final Duration HELD_FOR = Duration.ofMillis(3);

    /** Never reached: an outcome always goes with the next record, so that the requests of a run can be counted. */
    static final Duration HELD_LONG = Duration.ofMinutes(1);

    private static final List<String> SMALL =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private final Process process;
    private final Writer orders;
    private final List<String> said = new CopyOnWriteArrayList<>();

    private NodeProcess(Process process) {
        this.process = process;
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        Thread.ofPlatform().daemon().name("node-output").start(() -> listen(output));
    }

    /** Starts one; returns before it has started. */
    static NodeProcess launch(String jdbcUrl, String node, Duration heldFor) {
        return launch(jdbcUrl, node, heldFor, LEASE);
    }

    /** Starts one with another lease. */
    static NodeProcess launch(String jdbcUrl, String node, Duration heldFor, Duration lease) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(SMALL);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), NodeMain.class.getName()));
        command.addAll(List.of(jdbcUrl, node, millis(lease), millis(heldFor)));
        try {
            return new NodeProcess(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String millis(Duration time) {
        return String.valueOf(time.toMillis());
    }

    private void listen(BufferedReader output) {
        try (output) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                said.add(line);
            }
        } catch (IOException e) {
            said.add("gone"); // killed
        }
    }

    /** Writes a line to its standard input. */
    void tell(String order) {
        try {
            orders.write(order + "\n");
            orders.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the node is gone, it said " + said, e);
        }
    }

    /** What it has said that begins like this. */
    List<String> said(String beginning) {
        return said.stream().filter(line -> line.startsWith(beginning)).toList();
    }

    /** Waits until it says something that begins like this. */
    String await(String beginning) {
        Eventually.until(
                "the node says \"" + beginning + "\"",
                () -> said(beginning).size() > 0 || (!process.isAlive() && hasNothingLeftToSay(beginning)));
        return said(beginning).getFirst();
    }

    private boolean hasNothingLeftToSay(String beginning) {
        if (!Eventually.happens(Duration.ofSeconds(1), () -> !said(beginning).isEmpty())) {
            throw new AssertionError(
                    "the node ended with " + process.exitValue() + " before it said \"" + beginning + "\": " + said);
        }
        return true;
    }

    NodeProcess awaitStarted() {
        await("started");
        return this;
    }

    /** Whether it has ended, by itself or not. */
    boolean isGone() {
        return !process.isAlive();
    }

    /** SIGKILL; returns when it is gone. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGSTOP: it says nothing from now on, and its sockets stay open. */
    void freeze() {
        signal("STOP");
    }

    /** SIGCONT: it goes on and knows of nothing. */
    void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("the node takes no SIG" + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Whether it is the process that was started. */
    boolean isAlive() {
        return process.isAlive();
    }

    /** Lets it close its engine; kills it when it does not. */
    @Override
    public void close() {
        try {
            orders.close();
        } catch (IOException e) {
            process.destroyForcibly(); // gone, or going
        }
        if (!awaitEnd()) {
            kill();
        }
    }

    private boolean awaitEnd() {
        try {
            return process.waitFor(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
