package dev.holdfast.samples.consumers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every example of docs/in-your-application.md, and of docs/submitting.md and docs/transactional.md those with
 * libraries, stands in one of the applications that {@link ConsumersTest} and {@link PythonTest} run.
 */
class ApplicationPageTest {
    private static final Path PAGE = Path.of("../docs/in-your-application.md");
    private static final Path SUBMITTING = Path.of("../docs/submitting.md");
    private static final String LIBRARIES = "\n## With Spring, jOOQ, JDBI and Python\n";
    private static final Path TRANSACTIONAL = Path.of("../docs/transactional.md");
    private static final String SPRING = "\n## With Spring\n";
    private static final Path SOURCES = Path.of("src/test/consumers");
    private static final Pattern EXAMPLE = Pattern.compile("(?ms)^```(?:java|xml|properties|python)\\R(.*?)^```$");

    /** Without indentation, which differs. */
    private static String plain(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    private static List<String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(Files::isRegularFile)
                    .map(ApplicationPageTest::read)
                    .map(ApplicationPageTest::plain)
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void itsExamplesAreBuilt() throws IOException {
        assertBuilt(read(PAGE), 8);
    }

    @Test
    void theExamplesOfLibrariesAreBuilt() throws IOException {
        assertBuilt(behind(LIBRARIES, SUBMITTING), 4);
        assertBuilt(behind(SPRING, TRANSACTIONAL), 1);
    }

    private static String behind(String heading, Path page) {
        String text = read(page);
        int libraries = text.indexOf(heading);
        assertThat(libraries).isPositive();
        return text.substring(libraries);
    }

    private static void assertBuilt(String text, int atLeast) throws IOException {
        List<String> sources = sources();
        List<String> examples = EXAMPLE.matcher(text)
                .results()
                .map(found -> plain(found.group(1)).strip())
                .toList();

        assertThat(examples)
                .hasSizeGreaterThanOrEqualTo(atLeast)
                .allSatisfy(example -> assertThat(sources)
                        .as("the sources of src/test/consumers with the example")
                        .anyMatch(source -> source.contains(example)));
    }
}
