package dev.holdfast.samples.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The result of a benchmark: medians of the runs, with the raw ceilings. Immutable.
 *
 * @param lines one per workload and number of callers
 */
record Report(String machine, String server, int runs, List<Line> lines) {

    /**
     * A measurement with the ceiling at the same number of producers.
     *
     * @param ratio of throughput to the ceiling; for SEQ of the workflow's p50 to eleven raw waits
     */
    record Line(Measurement median, RawCeiling.Result ceiling, double ratio, double least, double most) {}

    /** Builds the line of a workload: the median of each figure, and the range of the throughput. */
    static Line line(List<Measurement> runs, List<RawCeiling.Result> ceilings) {
        Measurement first = runs.getFirst();
        Measurement median = new Measurement(
                first.workload(),
                first.callers(),
                median(runs, Measurement::workflowsPerSecond),
                median(runs, Measurement::stepsPerSecond),
                median(runs, Measurement::millisP50),
                median(runs, Measurement::millisP99),
                median(runs, Measurement::commitsPerStep),
                median(runs, Measurement::walBytesPerStep),
                median(runs, Measurement::postgresMicrosPerStep),
                median(runs, Measurement::jvmMicrosPerStep));
        RawCeiling.Result ceiling = new RawCeiling.Result(
                first.callers(),
                median(ceilings, RawCeiling.Result::rowsPerSecond),
                median(ceilings, RawCeiling.Result::commitsPerSecond),
                median(ceilings, RawCeiling.Result::p50Millis),
                median(ceilings, RawCeiling.Result::p99Millis));
        double ratio = switch (median.workload()) {
            case W1 -> median.workflowsPerSecond() / ceiling.rowsPerSecond();
            case W10 -> median.stepsPerSecond() / ceiling.rowsPerSecond();
            case SEQ -> median.millisP50() / (11 * ceiling.p50Millis());
        };
        double least =
                runs.stream().mapToDouble(Measurement::stepsPerSecond).min().orElse(0);
        double most =
                runs.stream().mapToDouble(Measurement::stepsPerSecond).max().orElse(0);
        return new Line(median, ceiling, ratio, least, most);
    }

    private static <T> double median(List<T> runs, ToDoubleFunction<T> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** The report as a table. */
    String table() {
        List<String> text = new ArrayList<>();
        text.add(machine + "; " + server + "; medians of " + runs + " runs");
        text.add(String.format(
                Locale.ROOT,
                "%-8s %7s %10s %10s %19s %8s %8s %12s %8s %9s %9s %8s %8s",
                "workload",
                "callers",
                "wf/s",
                "steps/s",
                "[least-most]",
                "p50 ms",
                "p99 ms",
                "commits/step",
                "WAL B",
                "PG us",
                "JVM us",
                "raw/s",
                "ratio"));
        lines.stream()
                .sorted(Comparator.comparing(line -> line.median().workload()))
                .forEach(line -> text.add(row(line)));
        text.add("costs are per step; ratio: throughput to raw ceiling, for SEQ p50 to eleven raw waits");
        return String.join(System.lineSeparator(), text);
    }

    private static String row(Line line) {
        Measurement m = line.median();
        return String.format(
                Locale.ROOT,
                "%-8s %7d %10.0f %10.0f %19s %8.2f %8.2f %12.3f %8.0f %9.1f %9.1f %8.0f %8.2f",
                m.workload(),
                m.callers(),
                m.workflowsPerSecond(),
                m.stepsPerSecond(),
                String.format(Locale.ROOT, "[%.0f-%.0f]", line.least(), line.most()),
                m.millisP50(),
                m.millisP99(),
                m.commitsPerStep(),
                m.walBytesPerStep(),
                m.postgresMicrosPerStep(),
                m.jvmMicrosPerStep(),
                line.ceiling().rowsPerSecond(),
                line.ratio());
    }
}
