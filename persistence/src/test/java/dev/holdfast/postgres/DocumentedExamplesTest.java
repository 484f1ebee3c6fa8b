package dev.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.JavaExample;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles and runs every Java example of the README and of the pages. Those of one page are members of one class, in
 * order, among the names that it only mentions; one that begins with its imports is a program.
 */
@Timeout(180)
class DocumentedExamplesTest {
    private static final Path ROOT = Path.of("..");
    /** Its examples are built with the frameworks that they are about. */
    private static final String IN_FRAMEWORKS = "in-your-application.md";

    /** Its examples before this line are built with the test kit. */
    private static final String WITH_KIT = "testing.md";

    private static final String BEHIND_KIT = "\n## On PostgreSQL\n";

    /** The examples of these behind this line are built with the libraries that they are about. */
    private static final Set<String> WITH_LIBRARIES = Set.of("submitting.md", "transactional.md");

    private static final String BEHIND_LIBRARIES = "\n## With Spring";

    private static final Pattern EXAMPLE = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
    private static final Pattern ANY = Pattern.compile("(?m)^ *```java");
    private static final Pattern PROGRAM = Pattern.compile("(?s)import .*?public class (\\w+).*");
    private static final Pattern MEMBER =
            Pattern.compile("(?s)(/\\*\\*|@|public |private |static |final |class |record |interface ).*");

    private static final String PAGE = """
            import static org.junit.jupiter.api.Assertions.*;

            import dev.holdfast.*;
            import dev.holdfast.admin.*;
            import dev.holdfast.memory.*;
            import dev.holdfast.postgres.Enqueue;
            import dev.holdfast.postgres.Isolation;
            import dev.holdfast.postgres.PostgresHoldfast;
            import dev.holdfast.postgres.Transactional;
            import dev.holdfast.postgres.connect.PostgresConfig;
            import dev.holdfast.postgres.embedded.EmbeddedServer;
            import java.io.IOException;
            import java.sql.*;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.concurrent.atomic.*;
            import java.util.function.*;
            import javax.sql.DataSource;
            import org.junit.jupiter.api.Test;

            public class CLASS SURROUNDINGS
            EXAMPLES
            }
            """;

    private static final int END_SECONDS = 60;

    @RegisterExtension
    private final TestDatabase database = TestDatabase.create();

    @TempDir
    private Path classes;

    @Test
    void thoseOfThePagesCompileAndRun() throws Exception {
        TreeMap<String, List<String>> pages = new TreeMap<>();
        List<JavaExample> sources = new ArrayList<>();
        for (Path file : pages()) {
            List<String> examples = examples(file);
            if (!examples.isEmpty()) {
                String name = name(file);
                pages.put(name, examples);
                sources.add(page(name, file, examples));
            }
        }
        assertThat(pages.keySet()).contains("README", "batchjobs", "testing");
        JavaExample.compile(sources, classes);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            int run = 0;
            for (String name : pages.keySet()) {
                run += run(loader.loadClass(name));
            }
            assertThat(run).isGreaterThan(3);
        }
    }

    @Test
    void theFirstWorkflowRunsTwiceAndDoesItsWorkOnce(@TempDir Path directory) throws Exception {
        Path readme = ROOT.resolve("README.md");
        String program = EXAMPLE.matcher(Files.readString(readme))
                .results()
                .map(found -> found.group(1))
                .filter(code -> PROGRAM.matcher(code).matches())
                .findFirst()
                .orElseThrow();
        JavaExample.compile(List.of(new JavaExample("Hello", readme, program)), classes);
        List<String> first = output("Hello", directory);
        List<String> second = output("Hello", directory);
        assertThat(first).hasSize(2).first().asString().startsWith("mailed: ");
        assertThat(second).containsExactly(first.getLast());
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (DirectoryStream<Path> found = Files.newDirectoryStream(ROOT.resolve("docs"), "*.md")) {
            for (Path page : found) {
                if (!page.endsWith(IN_FRAMEWORKS)) {
                    pages.add(page);
                }
            }
        }
        return pages;
    }

    private static List<String> examples(Path page) throws IOException {
        String whole = Files.readString(page);
        String text = page.endsWith(WITH_KIT)
                ? whole.substring(whole.indexOf(BEHIND_KIT))
                : WITH_LIBRARIES.contains(String.valueOf(page.getFileName()))
                        ? whole.substring(0, whole.indexOf(BEHIND_LIBRARIES))
                        : whole;
        List<String> examples = EXAMPLE.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
        assertThat(ANY.matcher(text).results().count())
                .as("examples of %s, each from the first column", page)
                .isEqualTo(examples.size());
        return examples.stream()
                .filter(code -> !PROGRAM.matcher(code).matches())
                .toList();
    }

    private static String name(Path page) {
        return page.getFileName().toString().replace(".md", "").replace("-", "");
    }

    private static JavaExample page(String name, Path file, List<String> examples) {
        StringBuilder members = new StringBuilder();
        for (int i = 0; i < examples.size(); i++) {
            String code = examples.get(i);
            members.append(
                    MEMBER.matcher(code).matches()
                            ? code
                            : "@Test\nvoid example" + i + "() throws Exception {\n" + code + "}\n");
        }
        return new JavaExample(
                name,
                file,
                PAGE.replace("CLASS", name)
                        .replace("SURROUNDINGS", ExampleSurroundings.of(name))
                        .replace("EXAMPLES", members));
    }

    /** Runs each method that is a test; returns how many. */
    private int run(Class<?> page) throws Exception {
        for (var field : page.getDeclaredFields()) {
            if (field.getType() == DataSource.class) {
                field.setAccessible(true);
                field.set(null, database.dataSource());
            }
        }
        int run = 0;
        for (Method method : page.getDeclaredMethods()) {
            if (method.isAnnotationPresent(Test.class)) {
                var constructor = page.getDeclaredConstructor();
                constructor.setAccessible(true);
                method.setAccessible(true);
                try {
                    method.invoke(constructor.newInstance());
                } catch (InvocationTargetException e) {
                    throw new AssertionError(page.getName() + "." + method.getName(), e.getCause());
                }
                run++;
            }
        }
        return run;
    }

    /** The lines that this program prints in a process of its own. */
    private List<String> output(String program, Path directory) throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path out = directory.resolve("out");
        Process process = new ProcessBuilder(
                        java.toString(),
                        "-cp",
                        classes + File.pathSeparator + System.getProperty("java.class.path"),
                        program)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
        try {
            assertThat(process.waitFor(END_SECONDS, TimeUnit.SECONDS))
                    .as("it ends")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue())
                .as(Files.readString(directory.resolve("err")))
                .isZero();
        return Files.readAllLines(out);
    }
}
