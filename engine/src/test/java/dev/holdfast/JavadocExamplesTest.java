package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles every example in the comments of the packages that users import, among the names that they mention. */
class JavadocExamplesTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/holdfast");
    private static final List<String> PACKAGES = List.of("", "admin", "memory");
    private static final Pattern EXAMPLE = Pattern.compile("<pre>\\{@code\\n(.*?)\\n *\\* }</pre>", Pattern.DOTALL);
    private static final Pattern DECLARATION = Pattern.compile("(public|static|final|class|record) .*", Pattern.DOTALL);

    private static final String SURROUNDINGS = """
            import dev.holdfast.*;
            import dev.holdfast.admin.*;
            import dev.holdfast.memory.*;
            import java.time.Duration;
            import java.util.List;

            abstract class CLASS {
                record Order(String item, long cents) {}
                record Receipt(String payment) {}
                record Approval(boolean approved) {}
                static class CardDeclined extends Exception {}
                static class Pay implements Workflow<Order, Receipt> {
                    Pay(Bank bank) {}
                    public Receipt run(WorkflowContext ctx, Order order) { return new Receipt(""); }
                }
                interface Bank {
                    String charge(Order order, String key) throws CardDeclined;
                    String hold(Order order, String key);
                    String capture(String hold, String key);
                    void refund(String payment, String key);
                }
                interface Stock {
                    String reserve(Order order, String key);
                    void release(String reservation, String key);
                }
                interface Mail { void send(Order order, String payment, String key); }
                interface Ledger { void append(Order order, String key, long epoch); }
                interface PostgresHoldfast { static Holdfast.Builder on(Object dataSource) { return null; } }
                static final Definition<Order, Receipt> PAY = Definition.of("pay", 1, Order.class, Receipt.class);
                Bank bank; Stock stock; Mail mail; Ledger ledger; Order order; Object dataSource;
                Holdfast holdfast; WorkflowContext ctx;

                abstract class Example {
                    CODE
                }
            }
            """;

    @Test
    void everyExampleCompiles(@TempDir Path classes) throws IOException {
        List<JavaExample> examples = new ArrayList<>();
        for (Path file : files()) {
            String text = Files.readString(file);
            Matcher found = EXAMPLE.matcher(text);
            int before = examples.size();
            while (found.find()) {
                String code = found.group(1).replaceAll("(?m)^ *\\* ?", "");
                examples.add(example("Example" + examples.size(), file, code));
            }
            assertThat(examples.size() - before)
                    .as("examples of %s, each written as <pre>{@code", file)
                    .isEqualTo(text.split("<pre>", -1).length - 1);
        }
        JavaExample.compile(examples, classes);
    }

    @Test
    void theTypesThatNewcomersMeetFirstHaveExamples() throws IOException {
        List<String> first = List.of(
                "Workflow",
                "WorkflowContext",
                "Definition",
                "Step",
                "StepScope",
                "RetryPolicy",
                "Submission",
                "WorkflowHandle",
                "Holdfast",
                "Saga",
                "admin/Admin");
        for (String type : first) {
            String text = Files.readString(SOURCES.resolve(type + ".java"));
            assertThat(text.substring(0, text.indexOf("\npublic "))).as(type).containsPattern(EXAMPLE);
        }
    }

    private static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String name : PACKAGES) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(SOURCES.resolve(name), "*.java")) {
                found.forEach(files::add);
            }
        }
        return files;
    }

    /** An example as a class: a declaration becomes a member, anything else a method. */
    private static JavaExample example(String name, Path file, String code) {
        boolean member = DECLARATION.matcher(code).matches();
        String body = member ? code : "void example() throws Exception {\n" + code + "\n}";
        return new JavaExample(name, file, SURROUNDINGS.replace("CLASS", name).replace("CODE", body));
    }
}
