package dev.holdfast.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.export.ExportReader;
import dev.holdfast.engine.export.ExportedHistory;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Histories that an earlier build has written replay in this one. A new kind of event needs a stored history: add a
 * workflow to {@link RecordedWorkflows}, then run {@code mvn test -pl engine,engine/testing -Dtest=StoredHistoriesTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dholdfast.histories.write=true}, which writes the files that are missing and
 * leaves the others alone.
 */
@Timeout(120)
final class StoredHistoriesTest {
    private static final String WRITES = "holdfast.histories.write";
    private static final Path STORED = Path.of("src/test/resources/histories");
    private static final Path THIS_VERSION = STORED.resolve("0.1");

    private static List<Path> stored() throws IOException {
        try (Stream<Path> files = Files.walk(STORED)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static ExportedHistory read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return ExportReader.read(file.toString(), in);
        }
    }

    private static List<LogRecord> records() throws IOException {
        return stored().stream()
                .flatMap(file -> {
                    try {
                        return read(file).log().stream();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }

    @ParameterizedTest
    @MethodSource("stored")
    void replays(Path file) throws IOException {
        String definition = read(file).definition();
        RecordedWorkflows workflow = Arrays.stream(RecordedWorkflows.values())
                .filter(one -> one.id().equals(definition))
                .findFirst()
                .orElseThrow();
        Replay.of(file).against(workflow.definition(), workflow.code());
    }

    @Test
    void haveEveryKindOfEvent() throws IOException {
        Set<Class<?>> found = records().stream()
                .filter(record -> record.event() != null)
                .map(record -> record.event().getClass())
                .collect(Collectors.toSet());
        assertThat(found)
                .as("add a workflow with the missing kind to RecordedWorkflows, and write its history")
                .containsExactlyInAnyOrderElementsOf(kinds(HistoryEvent.class)
                        .filter(kind -> kind != HistoryEvent.Unknown.class)
                        .toList());
    }

    private static Stream<Class<?>> kinds(Class<?> event) {
        return event.isSealed()
                ? Arrays.stream(event.getPermittedSubclasses()).flatMap(StoredHistoriesTest::kinds)
                : Stream.of(event);
    }

    @Test
    void haveEveryOutcome() throws IOException {
        Set<Outcome.State> found = records().stream()
                .filter(record -> record.outcome() != null)
                .map(record -> record.outcome().state())
                .collect(Collectors.toSet());
        assertThat(found)
                .as("all that need no race between the stop of a node and the start of a body")
                .containsAll(EnumSet.complementOf(EnumSet.of(Outcome.State.NOT_BEGUN)));
    }

    @ParameterizedTest
    @EnumSource(RecordedWorkflows.class)
    void areWhatThisBuildRuns(RecordedWorkflows workflow) {
        Replay.of(workflow.history()).against(workflow.definition(), workflow.code());
    }

    @ParameterizedTest
    @EnumSource(RecordedWorkflows.class)
    void areStored(RecordedWorkflows workflow) {
        assertThat(THIS_VERSION.resolve(workflow.id() + ".jsonl")).exists();
    }

    @ParameterizedTest
    @EnumSource(RecordedWorkflows.class)
    @EnabledIfSystemProperty(named = WRITES, matches = "true")
    void areWritten(RecordedWorkflows workflow) throws IOException {
        Path file = THIS_VERSION.resolve(workflow.id() + ".jsonl");
        if (!Files.exists(file)) {
            Files.createDirectories(THIS_VERSION);
            Files.writeString(file, workflow.history());
        }
    }
}
