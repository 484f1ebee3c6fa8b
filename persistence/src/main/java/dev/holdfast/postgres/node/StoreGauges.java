package dev.holdfast.postgres.node;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.holdfast.postgres.connect.HikariPools;
import dev.holdfast.postgres.read.BackgroundCount;
import dev.holdfast.postgres.read.WorkflowSql;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleGauge;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * Gauges of a store, read when metrics are collected. None of them waits for the database. Made and closed by the
 * store. Safe for all threads.
 */
public final class StoreGauges {
    private static final AttributeKey<String> KIND = AttributeKey.stringKey("kind");
    private static final AttributeKey<String> STATE = AttributeKey.stringKey("state");
    private static final AttributeKey<String> STATUS = AttributeKey.stringKey("status");
    private static final AttributeKey<String> VERSION = AttributeKey.stringKey("version");

    private final Meter meter;
    private final Supplier<Optional<NodeRuntime>> node;
    private final BackgroundCount byStatus;
    private final BackgroundCount byMissingVersion;
    private final List<Runnable> closing = new ArrayList<>();

    /** {@code node} is empty before the store has joined; gauges of the node have no value then. */
    public StoreGauges(
            OpenTelemetry telemetry,
            Supplier<Optional<NodeRuntime>> node,
            BackgroundCount byStatus,
            BackgroundCount byMissingVersion,
            DataSource pool) {
        this.meter = telemetry.getMeter("dev.holdfast");
        this.node = node;
        this.byStatus = byStatus;
        this.byMissingVersion = byMissingVersion;
        longs(
                "holdfast.queue.records",
                "{record}",
                "Records on their way to a commit",
                of -> of.queue().depth());
        longs(
                "holdfast.queue.bytes",
                "By",
                "Memory that these records take, about",
                of -> of.queue().bytes());
        longs(
                "holdfast.buckets.owned",
                "{bucket}",
                "Buckets that this node owns",
                of -> of.ownedBuckets().active().size());
        ObservableDoubleGauge lease = meter.gaugeBuilder("holdfast.lease.age")
                .setUnit("s")
                .setDescription(
                        "Time since the sending of the last heartbeat that was committed; it must stay below the lease")
                .buildWithCallback(this::leaseAge);
        closing.add(lease::close);
        ObservableLongGauge open = meter.gaugeBuilder("holdfast.workflows.open")
                .ofLongs()
                .setUnit("{workflow}")
                .setDescription("Workflows in this node's buckets that have not ended, by status")
                .buildWithCallback(this::open);
        closing.add(open::close);
        ObservableLongGauge waiting = meter.gaugeBuilder("holdfast.workflows.waiting")
                .ofLongs()
                .setUnit("{workflow}")
                .setDescription("Workflows in this node's buckets that are unloaded to wait, by what they wait for")
                .buildWithCallback(this::waiting);
        closing.add(waiting::close);
        ObservableLongGauge missing = meter.gaugeBuilder("holdfast.workflows.version.missing")
                .ofLongs()
                .setUnit("{workflow}")
                .setDescription("Workflows in this node's buckets that wait for a version that is not registered here")
                .buildWithCallback(this::missing);
        closing.add(missing::close);
        HikariPools.behind(pool).ifPresent(this::watch);
    }

    private void watch(HikariDataSource hikari) {
        ObservableLongGauge connections = meter.gaugeBuilder("holdfast.pool.connections")
                .ofLongs()
                .setUnit("{connection}")
                .setDescription("The pool for reads: active and idle connections, and waiting threads")
                .buildWithCallback(measurement -> pool(hikari, measurement));
        closing.add(connections::close);
    }

    /** Adds a gauge of a node that has joined. */
    private void longs(String name, String unit, String description, NodeValue value) {
        Consumer<ObservableLongMeasurement> callback =
                measurement -> node.get().ifPresent(of -> measurement.record(value.of(of)));
        ObservableLongGauge gauge = meter.gaugeBuilder(name)
                .ofLongs()
                .setUnit(unit)
                .setDescription(description)
                .buildWithCallback(callback);
        closing.add(gauge::close);
    }

    /** Reads a number of a node. */
    @FunctionalInterface
    private interface NodeValue {
        long of(NodeRuntime node);
    }

    private void leaseAge(ObservableDoubleMeasurement measurement) {
        node.get().ifPresent(of -> measurement.record(of.heartbeat().leaseAge().toNanos() / 1e9));
    }

    private void open(ObservableLongMeasurement measurement) {
        counts(byStatus).forEach((name, count) -> {
            if (!name.startsWith(WorkflowSql.WAITING)) {
                measurement.record(count, Attributes.of(STATUS, name));
            }
        });
    }

    private void waiting(ObservableLongMeasurement measurement) {
        counts(byStatus).forEach((name, count) -> {
            if (name.startsWith(WorkflowSql.WAITING)) {
                measurement.record(count, Attributes.of(KIND, name.substring(WorkflowSql.WAITING.length())));
            }
        });
    }

    private void missing(ObservableLongMeasurement measurement) {
        counts(byMissingVersion)
                .forEach((version, count) -> measurement.record(count, Attributes.of(VERSION, version)));
    }

    /** Empty before this node has joined. */
    private Map<String, Long> counts(BackgroundCount counted) {
        return node.get().map(of -> counted.of(of.ownedBuckets().active())).orElse(Map.of());
    }

    private static void pool(HikariDataSource hikari, ObservableLongMeasurement measurement) {
        HikariPoolMXBean pool = hikari.getHikariPoolMXBean();
        if (pool != null) { // null until the first connection is requested
            measurement.record(pool.getActiveConnections(), Attributes.of(STATE, "active"));
            measurement.record(pool.getIdleConnections(), Attributes.of(STATE, "idle"));
            measurement.record(pool.getThreadsAwaitingConnection(), Attributes.of(STATE, "waiting"));
        }
    }

    /** Removes all gauges. */
    public void close() {
        closing.forEach(Runnable::run);
    }
}
