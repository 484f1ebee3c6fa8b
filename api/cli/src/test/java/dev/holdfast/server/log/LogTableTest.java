package dev.holdfast.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of docs/logging.md has exactly the WARN and ERROR lines of the sources. */
class LogTableTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final List<String> MODULES =
            List.of("engine", "persistence", "persistence/embedded", "api", "api/cli");

    private static final String TEXT = "\"((?:[^\"\\\\]|\\\\.)*)\"(?:\\s*\\+\\s*\"((?:[^\"\\\\]|\\\\.)*)\")?";
    private static final Pattern PLAIN = Pattern.compile("LOG\\.(?:warn|error)\\(\\s*" + TEXT);
    private static final Pattern FLUENT =
            Pattern.compile("\\b(?:LOG|log)\\s*\\.at(?:Warn|Error)\\(\\)[^;]*?\\.log\\(\\s*" + TEXT, Pattern.DOTALL);
    /** The lines of the writer, which are all errors about one workflow. */
    private static final Pattern SAID = Pattern.compile("\\bsay\\(\\s*part,\\s*" + TEXT);

    private static final Pattern ROW = Pattern.compile("(?m)^\\| (?:WARN|ERROR) \\| `([^`]+)` \\|");
    /** Lines of any level that name a workflow in their text only. */
    private static final Pattern UNMARKED =
            Pattern.compile("LOG\\.(?:trace|debug|info|warn|error)\\(\\s*\"[^\"]*workflow \\{}");
    /** Sources whose lines come from the workflow's thread, which has the id in its MDC. */
    private static final Set<String> OWN_THREAD = Set.of("CodeRun.java", "Execution.java");

    private static List<Path> sources() {
        return MODULES.stream()
                .flatMap(module -> sources(ROOT.resolve(module).resolve("src/main/java")).stream())
                .toList();
    }

    private static List<Path> sources(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> lines(String source) {
        return Stream.of(PLAIN, FLUENT, SAID)
                .flatMap(pattern -> pattern.matcher(source).results())
                .map(LogTableTest::text);
    }

    private static String text(MatchResult found) {
        return found.group(2) == null ? found.group(1) : found.group(1) + found.group(2);
    }

    @Test
    void everyLineAtWarnAndErrorIsInTheTable() {
        Set<String> written =
                sources().stream().flatMap(file -> lines(read(file))).collect(Collectors.toCollection(TreeSet::new));
        Set<String> explained = ROW.matcher(read(ROOT.resolve("docs/logging.md")))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(written).hasSizeGreaterThan(20).isEqualTo(explained);
    }

    @Test
    void aLineAboutOneWorkflowHasItsIdAsAField() {
        assertThat(sources().stream()
                        .filter(file -> !OWN_THREAD.contains(file.getFileName().toString()))
                        .filter(file -> UNMARKED.matcher(read(file)).find()))
                .as("sources with a line whose workflow is in its text alone: say LOG.atWarn().addKeyValue")
                .isEmpty();
    }
}
