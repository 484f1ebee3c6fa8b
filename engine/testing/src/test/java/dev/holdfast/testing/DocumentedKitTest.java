package dev.holdfast.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.JavaExample;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * Compiles the examples of the comments. Compiles and runs those of the page on testing, up to the part on PostgreSQL,
 * as one JUnit class.
 */
@Timeout(120)
final class DocumentedKitTest {
    private static final Path PAGE = Path.of("../../docs/testing.md");
    private static final String ON_POSTGRES = "\n## On PostgreSQL\n";
    private static final Path SOURCES = Path.of("src/main/java/dev/holdfast/testing");
    private static final Pattern OF_PAGE = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
    private static final Pattern OF_COMMENT = Pattern.compile("<pre>\\{@code\\n(.*?)\\n *\\* }</pre>", Pattern.DOTALL);

    private static final String IMPORTS = """
            import static org.junit.jupiter.api.Assertions.*;

            import dev.holdfast.*;
            import dev.holdfast.admin.*;
            import dev.holdfast.testing.*;
            import java.io.IOException;
            import java.nio.file.Path;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;
            import org.junit.jupiter.api.Test;
            import org.junit.jupiter.api.extension.RegisterExtension;

            """;

    private static final String COMMENT = IMPORTS + """
            abstract class CLASS {
                record Order(String item, long cents) {}
                record Receipt(String payment) {}
                static class Pay implements Workflow<Order, Receipt> {
                    Pay(Object bank) {}
                    public Receipt run(WorkflowContext ctx, Order order) { return new Receipt(""); }
                }
                static final Definition<Order, Receipt> PAY = Definition.of("pay", 1, Order.class, Receipt.class);
                Object bank; Order order; Kit kit;

                abstract class Example {
                    CODE
                }
            }
            """;

    @TempDir
    private Path classes;

    @Test
    void thoseOfTheCommentsCompile() throws IOException {
        List<JavaExample> examples = new ArrayList<>();
        for (String type : List.of("Kit", "Replay", "Stub")) {
            Path file = SOURCES.resolve(type + ".java");
            String code = OF_COMMENT
                    .matcher(Files.readString(file))
                    .results()
                    .map((MatchResult found) -> found.group(1).replaceAll("(?m)^ *\\* ?", ""))
                    .collect(Collectors.joining("\n"));
            assertThat(code).as(type).isNotEmpty();
            String body = code.startsWith("@") ? code : "void example() throws Exception {\n" + code + "\n}";
            examples.add(new JavaExample(
                    "Of" + type, file, COMMENT.replace("CLASS", "Of" + type).replace("CODE", body)));
        }
        JavaExample.compile(examples, classes);
    }

    @Test
    void thoseOfThePageCompileAndRun() throws Exception {
        String page = Files.readString(PAGE);
        String members = OF_PAGE.matcher(page.substring(0, page.indexOf(ON_POSTGRES)))
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.joining("\n"));
        String source = IMPORTS + "class TestingPage {\n" + members + "\n}\n";
        JavaExample.compile(List.of(new JavaExample("TestingPage", PAGE, source)), classes);

        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(DiscoverySelectors.selectClass(loader.loadClass("TestingPage")))
                                    .build(),
                            listener);
        }
        StringWriter failures = new StringWriter();
        listener.getSummary().printFailuresTo(new PrintWriter(failures));
        assertThat(listener.getSummary().getTestsSucceededCount())
                .as("%s", failures)
                .isGreaterThan(7);
        assertThat(listener.getSummary().getTotalFailureCount())
                .as("%s", failures)
                .isZero();
    }
}
