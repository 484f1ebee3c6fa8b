package dev.holdfast.samples.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A {@link NodeMain} process: the test sends it commands, reads its output, and kills it. */
final class NodeProcess implements AutoCloseable {
    /** Short, so that tests that wait for its end are fast. */
    static final Duration LEASE = Duration.ofSeconds(2);

    /** The default of production. */
    static final Duration HELD_FOR = Duration.ofMillis(3);

    /** Never reached: an outcome is always written with the next record, so that the number of requests is fixed. */
    static final Duration HELD_LONG = Duration.ofMinutes(1);

    private static final List<String> SMALL =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:+ExitOnOutOfMemoryError");

    private static final int HEAP_MIB = 256;

    private final Process process;
    private final Writer orders;
    private final List<String> output = new CopyOnWriteArrayList<>();

    private NodeProcess(Process process) {
        this.process = process;
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        Thread.ofPlatform().daemon().name("node-output").start(() -> listen(reader));
    }

    /** Starts a process without waiting for the node. */
    static NodeProcess launch(String jdbcUrl, String node, Duration heldFor) {
        return launch(jdbcUrl, node, heldFor, LEASE);
    }

    /** Starts a process with another lease. */
    static NodeProcess launch(String jdbcUrl, String node, Duration heldFor, Duration lease) {
        return launch(jdbcUrl, node, heldFor, lease, HEAP_MIB, Map.of());
    }

    /** Starts a process whose wall clock is wrong. */
    static NodeProcess launch(String jdbcUrl, String node, MovedClock clock) {
        return launch(jdbcUrl, node, HELD_FOR, LEASE, HEAP_MIB, clock.environment());
    }

    /** Starts a process with a heap of this size. It ends if it runs out of memory. */
    static NodeProcess launch(String jdbcUrl, String node, int heapMib) {
        return launch(jdbcUrl, node, HELD_FOR, LEASE, heapMib, Map.of());
    }

    private static NodeProcess launch(
            String jdbcUrl,
            String node,
            Duration heldFor,
            Duration lease,
            int heapMib,
            Map<String, String> environment) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.add("-Xmx" + heapMib + "m");
        command.addAll(SMALL);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), NodeMain.class.getName()));
        command.addAll(List.of(jdbcUrl, node, millis(lease), millis(heldFor)));
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().putAll(environment);
            return new NodeProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String millis(Duration time) {
        return String.valueOf(time.toMillis());
    }

    private void listen(BufferedReader reader) {
        try (reader) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                output.add(line);
            }
        } catch (IOException e) {
            output.add("gone"); // killed
        }
    }

    /** Writes a line to its standard input. */
    void send(String order) {
        try {
            orders.write(order + "\n");
            orders.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the node has ended; its output was " + output, e);
        }
    }

    /** The printed lines with this prefix. */
    List<String> output(String beginning) {
        return output.stream().filter(line -> line.startsWith(beginning)).toList();
    }

    /** Waits for a line with this prefix. */
    String await(String beginning) {
        Eventually.until(
                "the node says \"" + beginning + "\"",
                () -> output(beginning).size() > 0 || (!process.isAlive() && hasNothingLeftToSay(beginning)));
        return output(beginning).getFirst();
    }

    private boolean hasNothingLeftToSay(String beginning) {
        if (!Eventually.happens(Duration.ofSeconds(1), () -> !output(beginning).isEmpty())) {
            throw new AssertionError(
                    "the node ended with " + process.exitValue() + " before it said \"" + beginning + "\": " + output);
        }
        return true;
    }

    NodeProcess awaitStarted() {
        await("started");
        return this;
    }

    /** Whether the process has ended. */
    boolean isGone() {
        return !process.isAlive();
    }

    /** Sends SIGKILL and waits for the end. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Sends SIGSTOP: the process stops, and its sockets stay open. */
    void freeze() {
        signal("STOP");
    }

    /** Sends SIGCONT: the process continues, unaware of the pause. */
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

    /** The live objects on its heap. */
    long liveHeapBytes() {
        String total = diagnose("GC.class_histogram")
                .lines()
                .reduce((first, second) -> second)
                .orElseThrow();
        return Long.parseLong(total.replaceFirst("^Total +\\d+ +", "").strip());
    }

    void collectGarbage() {
        String unused = diagnose("GC.run");
    }

    /** The memory that the operating system has given it. */
    long residentBytes() {
        try {
            return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String diagnose(String command) {
        Path java = Path.of(ProcessHandle.current().info().command().orElseThrow());
        try {
            Process jcmd = new ProcessBuilder(
                            java.resolveSibling("jcmd").toString(), String.valueOf(process.pid()), command)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (jcmd.waitFor() != 0) {
                throw new IllegalStateException(command + " of the node failed: " + said);
            }
            return said.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Whether this is the started process. */
    boolean isAlive() {
        return process.isAlive();
    }

    /** Lets the process close its engine; kills it after a timeout. */
    @Override
    public void close() {
        try {
            orders.close();
        } catch (IOException e) {
            process.destroyForcibly(); // ended, or ending
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
