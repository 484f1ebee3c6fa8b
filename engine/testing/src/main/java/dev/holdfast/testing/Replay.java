package dev.holdfast.testing;

import dev.holdfast.Codec;
import dev.holdfast.Definition;
import dev.holdfast.Workflow;
import dev.holdfast.engine.export.ExportReader;
import dev.holdfast.engine.export.ExportedHistory;
import dev.holdfast.engine.replay.Replayer;
import dev.holdfast.json.JacksonCodec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.opentest4j.AssertionFailedError;

/**
 * Replays histories of workflows against code, in memory, to find out whether that code can go on with them. The
 * histories are files that {@code ./holdfast history ID --export} writes, or
 * {@link dev.holdfast.admin.Admin#exportHistory}.
 *
 * <pre>{@code
 * @Test
 * void fitsTheHistoriesOfProduction() {
 *     Replay.directory(Path.of("src/test/histories/pay")).against(PAY, new Pay(null));
 * }
 * }</pre>
 *
 * <p>A history is replayed whole, and then each beginning of it, because a node may load a workflow behind any record.
 * The code must make every recorded call, and stop where the history stops: an ended workflow must end in the same way,
 * an open one goes on behind its last record, and no further. No body of a step is called, and no time passes, so the
 * code may be made without what its bodies use.
 *
 * <p>Values are read as in production. Results are not compared: nothing in this workflow follows from them.
 *
 * <p>Used by one thread. Does not need a {@link Kit}.
 */
public final class Replay {
    private static final String FILES = ".jsonl";
    private static final int CUTS = 500;

    private final Map<String, ExportedHistory> histories;
    private Codec codec = new JacksonCodec();
    private Duration patience = Duration.ofSeconds(10);
    private int cuts = CUTS;

    private Replay(Map<String, ExportedHistory> histories) {
        this.histories = histories;
    }

    /**
     * Reads one history from a file. Throws {@link IllegalArgumentException} if it is none, or is not whole, and
     * {@link UncheckedIOException} if it cannot be read.
     */
    public static Replay of(Path file) {
        return new Replay(Map.of(file.toString(), read(file)));
    }

    /** Reads one history to the end of a stream, which the caller closes. Throws as {@link #of(Path)}. */
    public static Replay of(InputStream history) {
        return of("from a stream", history);
    }

    /** Reads one history from its text. Throws {@link IllegalArgumentException} if it is none, or is not whole. */
    public static Replay of(String history) {
        return of("from a text", new ByteArrayInputStream(history.getBytes(StandardCharsets.UTF_8)));
    }

    private static Replay of(String source, InputStream history) {
        return new Replay(Map.of(source, ExportReader.read(source, history)));
    }

    /**
     * Reads all histories of a directory: its files whose names end with {@code .jsonl}. Throws
     * {@link IllegalArgumentException} if there is none, and as {@link #of(Path)}.
     */
    public static Replay directory(Path directory) {
        Map<String, ExportedHistory> found = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(file -> file.toString().endsWith(FILES))
                    .sorted()
                    .forEach(file -> found.put(file.toString(), read(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("the histories in " + directory + " cannot be read", e);
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException("there is no history in " + directory.toAbsolutePath()
                    + ": expected files *" + FILES + ", each the output of ./holdfast history ID --export");
        }
        return new Replay(found);
    }

    private static ExportedHistory read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return ExportReader.read(file.toString(), in);
        } catch (IOException e) {
            throw new UncheckedIOException("history " + file + " cannot be read", e);
        }
    }

    /** Sets the codec with which the values were stored; the default is {@link JacksonCodec}. */
    public Replay codec(Codec stored) {
        codec = stored;
        return this;
    }

    /** Sets the longest real time that the code may take on one history or a part of it; 10 s by default. */
    public Replay patience(Duration longest) {
        patience = longest;
        return this;
    }

    /**
     * Sets how many beginnings of a history are replayed; 500 by default. Of a history with more records they are
     * evenly spread. With 0 it is only replayed whole.
     */
    public Replay cuts(int most) {
        if (most < 0) {
            throw new IllegalArgumentException("cuts is " + most + ": expected at least 0");
        }
        cuts = most;
        return this;
    }

    /**
     * Replays the histories. Fails if the code does not follow one of them, with its file, the position, what the
     * history has there and what the code has.
     *
     * @param definition that of all the histories, with their version
     */
    public <I, O> void against(Definition<I, O> definition, Workflow<I, O> workflow) {
        List<String> failures = new ArrayList<>();
        try (Replayer replayer = new Replayer(codec, patience)) {
            histories.forEach((source, history) -> replayer.difference(history, definition, workflow, cuts)
                    .ifPresent(
                            text -> failures.add("history " + source + " of workflow " + history.id() + ", " + text)));
        }
        if (!failures.isEmpty()) {
            String count = failures.size() + " of " + histories.size() + " histories";
            throw new AssertionFailedError("the code of " + definition.name() + " version " + definition.version()
                    + " does not follow " + count + ":\n" + String.join("\n", failures));
        }
    }
}
