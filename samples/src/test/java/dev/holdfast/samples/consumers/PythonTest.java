package dev.holdfast.samples.consumers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.PostgresConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The Python example of docs/submitting.md. Skipped where there is no python3, or no psycopg to be installed. */
@Tag("long")
@Timeout(300)
class PythonTest {
    record Order(String id, long total) {}

    private static final Definition<Order, String> ORDER = Definition.of("order", 1, Order.class, String.class);
    private static final Path EXAMPLE = Path.of("src/test/consumers/python/orders.py");
    private static final Pattern URL = Pattern.compile("jdbc:(postgresql://[^?]*)\\?(.*)");

    @RegisterExtension
    private final TestDatabase database = TestDatabase.create();

    @TempDir
    private Path directory;

    private record Run(int exit, String output) {}

    private static Run run(Map<String, String> environment, String... command) throws InterruptedException {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Run(process.waitFor(), output);
        } catch (IOException e) {
            return new Run(-1, String.valueOf(e.getMessage()));
        }
    }

    /** With psycopg. */
    private String python() throws InterruptedException {
        Path environment = directory.resolve("python");
        Run made = run(Map.of(), "python3", "-m", "venv", environment.toString());
        Assumptions.assumeTrue(made.exit() == 0, "no python3 with venv: " + made.output());
        String python = environment.resolve("bin/python").toString();
        Run installed = run(Map.of(), python, "-m", "pip", "install", "-q", "psycopg[binary]>=3.2,<4");
        Assumptions.assumeTrue(installed.exit() == 0, "psycopg cannot be installed: " + installed.output());
        return python;
    }

    private String url() {
        Matcher url = URL.matcher(database.jdbcUrl());
        assertThat(url.matches()).isTrue();
        return url.group(1) + "?" + url.group(2);
    }

    @Test
    void theOrderAndItsWorkflowAreThereTogetherOrNeitherIs() throws Exception {
        String python = python();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                Holdfast holdfast = PostgresHoldfast.on(
                                PostgresConfig.of(database.jdbcUrl()).nodeName("shop"))
                        .register(ORDER, (ctx, order) -> ctx.step("ship", String.class, step -> "sent " + order.id()))
                        .start()) {
            statement.execute("create table orders (id text primary key, total bigint check (total > 0))");

            Run shop = run(Map.of("SHOP_DATABASE", url()), python, EXAMPLE.toString());

            assertThat(shop.exit()).as(shop.output()).isZero();
            List<String> lines = shop.output().lines().toList();
            assertThat(holdfast.handle(ORDER, lines.get(0)).result(Duration.ofSeconds(60)))
                    .isEqualTo("sent python");
            assertThat(lines.get(1)).isEqualTo("refused");
            try (ResultSet row = statement.executeQuery(
                    "select count(*) from orders union all select count(*) from holdfast.workflow")) {
                row.next();
                assertThat(row.getInt(1)).isOne();
                row.next();
                assertThat(row.getInt(1)).isOne();
            }
        }
    }
}
