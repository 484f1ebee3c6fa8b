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

    private static final String PLAIN = "{";
    private static final int END_SECONDS = 60;

    /** The example at the beginning is a workflow that pays and mails. */
    private static final String README = """
            implements Workflow<README.Order, README.Receipt> {
                record Order(String item, long cents) {}
                record Receipt(String payment) {}
                interface Bank { String charge(Order order, String key); }
                interface Mail { void send(Order order, String payment, String key); }
                interface Post { void send(String to, String text, String key); }
                static class Pay extends README {
                    Pay(Bank bank) {}
                }
                static final Definition<Order, Receipt> PAY = Definition.of("pay", 1, Order.class, Receipt.class);
                static DataSource dataSource;
                List<String> mailed = new CopyOnWriteArrayList<>();
                Bank bank = (order, key) -> "payment-1";
                Mail mail = (order, payment, key) -> mailed.add(payment);
                Post post = (to, text, key) -> mailed.add(text);
                Order order = new Order("book", 4_200);

                @Test
                void runs() {
                    try (Holdfast holdfast = MemoryHoldfast.create().register(PAY, this).start()) {
                        assertEquals("payment-1", holdfast.submit(PAY, order).result(Duration.ofSeconds(20)).payment());
                    }
                    assertEquals(List.of("payment-1"), mailed);
                }
            """;

    /** The example at the beginning asks, and is answered. */
    private static final String WAITING = """
            {
                interface Mail { void send(String to, String text, String key); }
                Mail mail = (to, text, key) -> {};

                @Test
                void isAnswered() {
                    try (Holdfast holdfast =
                            MemoryHoldfast.create().register(APPROVAL, this::approval).start()) {
                        var asked = holdfast.submit(APPROVAL, new Request("ann", "a bike"));
                        answer(holdfast, asked.id());
                        assertTrue(asked.result(Duration.ofSeconds(20)).approved());
                    }
                }
            """;

    /** Its steps run in one workflow. */
    private static final String TRANSACTIONAL = """
            {
                @Test
                void takes() {
                    Definition<Order, Integer> all = Definition.of("all", 1, Order.class, Integer.class);
                    try (EmbeddedServer server = EmbeddedServer.temporary();
                            Holdfast holdfast = PostgresHoldfast.on(PostgresConfig.of(server.jdbcUrl()).nodeName("it"))
                                    .register(TAKE, transactional::take)
                                    .register(all, (ctx, order) -> {
                                        reserve(ctx, order);
                                        return takeAlone(ctx, order) + takeOrUndo(ctx, order);
                                    })
                                    .start()) {
                        create(server);
                        Order order = new Order("bike", 2);
                        assertEquals(8, holdfast.submit(TAKE, order).result(Duration.ofSeconds(20)));
                        assertEquals(6 + 1, holdfast.submit(all, order).result(Duration.ofSeconds(20)));
                    }
                }

                static void create(EmbeddedServer server) {
                    try (Connection connection = DriverManager.getConnection(server.jdbcUrl());
                            Statement statement = connection.createStatement()) {
                        statement.execute("create table stock (item text, available integer)");
                        statement.execute("create table reserved (item text, n integer)");
                        statement.execute("insert into stock values ('bike', 10)");
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                }
            """;

    /** The example at the beginning makes an offer, which is accepted. */
    private static final String PUBLISHING = """
            {
                interface Airlines {
                    Offer cheapest(Trip trip, String key);
                    String book(Offer offer, String key);
                }

                Airlines airlines = new Airlines() {
                    @Override
                    public Offer cheapest(Trip trip, String key) {
                        return new Offer("acme", 120);
                    }

                    @Override
                    public String book(Offer offer, String key) {
                        return "ticket-1";
                    }
                };

                @Test
                void isAccepted() {
                    try (Holdfast holdfast =
                            MemoryHoldfast.create().register(BOOK, this::book).start()) {
                        var booked = holdfast.submit(BOOK, new Trip("Paris", "Rome"));
                        holdfast.signal(booked.id(), ACCEPTED, true);
                        assertEquals("ticket-1", booked.result(Duration.ofSeconds(20)).ticket());
                        assertEquals(Optional.of(new Offer("acme", 120)), offerOf(booked));
                        assertEquals(2, everythingOf(holdfast, booked.id()).size());
                    }
                }
            """;

    /** The example at the beginning asks suppliers, and takes the offer that comes first. */
    private static final String BRANCHES = """
            {
                interface Market { Quote quote(String supplier, String order, String key); }
                Market market = (supplier, order, key) -> new Quote(supplier, supplier.length());

                @Test
                void buys() {
                    try (Holdfast holdfast =
                            MemoryHoldfast.create().register(BUY, this::buy).start()) {
                        var bought = holdfast.submit(BUY, new Order("order-1", List.of("acme", "initech")));
                        holdfast.signal(bought.id(), OFFER, new Quote("globex", 3));
                        assertEquals("globex", bought.result(Duration.ofSeconds(20)).supplier());
                    }
                }
            """;

    /** The example at the beginning ships each item by a child. */
    private static final String CHILDREN = """
            {
                @Test
                void ships() {
                    try (Holdfast holdfast = MemoryHoldfast.create()
                            .register(ORDER, this::order)
                            .register(SHIP, (ctx, item) -> "parcel of " + item)
                            .register(SURVEY, (ctx, basket) -> "asked")
                            .start()) {
                        var ordered = holdfast.submit(ORDER, new Basket(List.of("pen", "ink")));
                        assertEquals("parcel of pen, parcel of ink", ordered.result(Duration.ofSeconds(20)));
                    }
                }
            """;

    /** The examples at the beginning sell something; the printer breaks. */
    private static final String STEPS = """
            {
                static class CardDeclined extends Exception {}
                interface Bank { String charge(String order, long cents, String key) throws CardDeclined; }
                interface Printer { void print(String text) throws InterruptedException; }
                interface HttpResponses {
                    record Response(int status, Duration retryAfter, String body) {}
                    Response get() throws IOException;
                }

                List<String> printed = new CopyOnWriteArrayList<>();
                CountDownLatch inBody = new CountDownLatch(1);
                Bank bank = (order, cents, key) -> "payment-1";
                Printer printer = text -> {
                    printed.add(text);
                    if (printed.size() == 1) {
                        inBody.countDown();
                        new CountDownLatch(1).await();
                    }
                };

                @Test
                void sells() throws Exception {
                    MemoryDatabase database = new MemoryDatabase();
                    EngineConfig quick = EngineConfig.defaults().shutdownGrace(Duration.ZERO);
                    String id;
                    try (Holdfast first = MemoryHoldfast.on(database, "shop")
                            .config(quick)
                            .register(SELL, this::sell)
                            .start()) {
                        id = first.submit(SELL, new Order("order-1", "ann", 4_200)).id();
                        inBody.await();
                    }
                    try (Holdfast second = MemoryHoldfast.on(database, "shop")
                            .register(SELL, this::sell)
                            .start()) {
                        WorkflowHandle<String> sold = second.handle(SELL, id);
                        assertThrows(ResultNotReadyException.class, () -> sold.result(Duration.ofSeconds(20)));
                        lookAndRunAgain(second, id);
                        assertEquals("payment-1", sold.result(Duration.ofSeconds(20)));
                    }
                    assertEquals(List.of("Dear ann", "Dear ann"), printed);
                    assertThrows(
                            RetryAfterException.class,
                            () -> fetch(() -> new HttpResponses.Response(429, Duration.ofSeconds(30), "")));
                    assertFalse(OUTAGES.retries(new IllegalStateException()));
                }
            """;

    private static final String BATCH_JOBS = """
            {
                static final LocalDate TODAY = LocalDate.of(2026, 11, 21);

                @Test
                void runsOnceForEachDate() {
                    AtomicReference<Holdfast> running = new AtomicReference<>();
                    CountDownLatch read = new CountDownLatch(1);
                    Function<LocalDate, List<String>> customers = date -> {
                        try {
                            read.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        return Collections.nCopies(450, "customer-" + date.getDayOfMonth());
                    };
                    try (Holdfast holdfast = MemoryHoldfast.create()
                            .register(INVOICES, invoices(running::get, customers))
                            .register(INVOICE, (ctx, invoice) -> "sent")
                            .start()) {
                        running.set(holdfast);
                        String id = submitFor(holdfast, TODAY).id();
                        assertEquals(id, submitFor(holdfast, TODAY).id());
                        assertTrue(submitUnlessOneRuns(holdfast, TODAY.plusDays(1)).isEmpty());
                        submitDue(holdfast, TODAY);
                        WorkflowFilter nights = WorkflowFilter.newest(50).type("invoices");
                        assertEquals(3, holdfast.admin().list(nights).items().size());
                        read.countDown();
                        for (int day = 0; day < 3; day++) {
                            assertEquals(
                                    new Sum(450),
                                    submitFor(holdfast, TODAY.minusDays(day)).result(Duration.ofSeconds(20)));
                        }
                        WorkflowFilter ofTonight = WorkflowFilter.newest(50).label("night", "2026-11-21");
                        assertEquals(1, holdfast.admin().list(ofTonight).items().size());
                        assertTrue(submitUnlessOneRuns(holdfast, TODAY.plusDays(1)).isPresent());
                        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
                        everyTenMinutes(timer, holdfast, ZoneId.of("Europe/Paris"));
                        timer.close();
                    }
                }
            """;

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
        String surroundings = switch (name) {
            case "README" -> README;
            case "batchjobs" -> BATCH_JOBS;
            case "waiting" -> WAITING;
            case "publishing" -> PUBLISHING;
            case "branches" -> BRANCHES;
            case "children" -> CHILDREN;
            case "steps" -> STEPS;
            case "transactional" -> TRANSACTIONAL;
            default -> PLAIN;
        };
        return new JavaExample(
                name,
                file,
                PAGE.replace("CLASS", name)
                        .replace("SURROUNDINGS", surroundings)
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
