package dev.holdfast.samples.bench;

import dev.holdfast.Holdfast;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.connect.Connector;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.embedded.EmbeddedServer;
import dev.holdfast.samples.probe.Ledger;
import dev.holdfast.samples.probe.StepsProbe;
import dev.holdfast.server.NodeTelemetry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code holdfast bench}: measures the workloads and the raw ceiling alternately, on one server. */
@Command(
        name = "bench",
        description = {
            "Measure workflows of 1 step (W1) and 10 steps (W10, SEQ by one caller), and the machine's raw ceiling.",
            "It uses a temporary embedded server, or an empty database, in which its workflows remain."
        },
        footer = {"  ./holdfast bench", "  ./holdfast bench --workloads W1 --callers 64 --runs 1 --seconds 10 --json"})
public final class BenchCommand implements Callable<Integer> {
    @Option(
            names = "--callers",
            paramLabel = "NUMBER",
            split = ",",
            defaultValue = "64,1024",
            description = "Numbers of concurrent callers. Default: ${DEFAULT-VALUE}.")
    private List<Integer> callers = List.of();

    @Option(
            names = "--workloads",
            paramLabel = "WORKLOAD",
            split = ",",
            defaultValue = "SEQ,W1,W10",
            description = "Some of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private List<Workload> workloads = List.of();

    @Option(
            names = "--runs",
            paramLabel = "NUMBER",
            defaultValue = "3",
            description = "Runs; the report has the medians. Default: ${DEFAULT-VALUE}.")
    private int runs;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "Length of a run after its warm-up, in seconds. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "Length of the warm-up of a run, in seconds. Default: ${DEFAULT-VALUE}.")
    private int warmUp;

    @Option(
            names = "--writers",
            paramLabel = "NUMBER",
            defaultValue = "2",
            description = "Writer connections. Default: ${DEFAULT-VALUE}.")
    private int writers;

    @Option(
            names = "--database-url",
            paramLabel = "URL",
            description = "An empty database: jdbc:postgresql://... or postgresql://... Default: an embedded server.")
    private @Nullable String databaseUrl;

    @Option(names = "--json", description = "Print the report as JSON, for programs.")
    private boolean json;

    @Override
    public Integer call() throws SQLException, InterruptedException {
        if (databaseUrl != null) {
            print(measure(DatabaseSettings.of(databaseUrl)));
            return 0;
        }
        try (EmbeddedServer server = EmbeddedServer.temporary()) {
            print(measure(DatabaseSettings.of(server.jdbcUrl())));
        }
        return 0;
    }

    private Report measure(DatabaseSettings database) throws SQLException, InterruptedException {
        Map<String, List<Measurement>> measured = new LinkedHashMap<>();
        Map<Integer, List<RawCeiling.Result>> ceilings = new LinkedHashMap<>();
        DataSource dataSource = new Connector(database, "bench").plain();
        Holdfast.Builder builder = PostgresHoldfast.on(
                PostgresConfig.of(database).nodeName("bench").writers(writers));
        builder.register(StepsProbe.DEFINITION, new StepsProbe(Ledger.none()));
        try (NodeTelemetry telemetry = NodeTelemetry.start();
                Holdfast engine = builder.telemetry(telemetry.openTelemetry()).start()) {
            for (int run = 1; run <= runs; run++) {
                for (int number : loads()) {
                    progress("run " + run + " of " + runs + ": raw ceiling, " + number + " producers");
                    ceilings.computeIfAbsent(number, n -> new ArrayList<>())
                            .add(RawCeiling.run(dataSource, number, seconds));
                }
                for (Workload workload : workloads) {
                    for (int number : workload == Workload.SEQ ? List.of(1) : callers) {
                        progress("run " + run + " of " + runs + ": " + workload + ", " + number + " callers");
                        measured.computeIfAbsent(workload + " " + number, key -> new ArrayList<>())
                                .add(new Load(engine, dataSource, workload, number)
                                        .run(Duration.ofSeconds(warmUp), Duration.ofSeconds(seconds)));
                    }
                }
            }
        }
        List<Report.Line> lines = measured.values().stream()
                .map(list ->
                        Report.line(list, ceilings.getOrDefault(list.getFirst().callers(), List.of())))
                .toList();
        return new Report(machine(), server(dataSource), runs, lines);
    }

    private List<Integer> loads() {
        List<Integer> loads = new ArrayList<>(workloads.contains(Workload.SEQ) ? List.of(1) : List.of());
        callers.stream().filter(number -> !loads.contains(number)).forEach(loads::add);
        return loads;
    }

    private static String machine() {
        return Runtime.getRuntime().availableProcessors() + " cores, " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch") + ", Java " + Runtime.version();
    }

    private static String server(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return "PostgreSQL " + connection.getMetaData().getDatabaseProductVersion();
        }
    }

    private static void progress(String text) {
        System.err.println(text);
    }

    private void print(Report report) {
        System.out.println(
                json
                        ? JsonMapper.builder()
                                .build()
                                .writerWithDefaultPrettyPrinter()
                                .writeValueAsString(report)
                        : report.table());
    }
}
