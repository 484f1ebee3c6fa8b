package dev.holdfast.postgres.node;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.holdfast.postgres.read.OpenWorkflowCounts;
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
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * How a store stands at the moment that somebody asks for its metrics. Nothing here waits for the database. Closed with
 * the store.
 */
public final class StoreGauges {
    private static final AttributeKey<String> STATE = AttributeKey.stringKey("state");
    private static final AttributeKey<String> STATUS = AttributeKey.stringKey("status");

    private final Meter meter;
    private final Supplier<Optional<NodeRuntime>> node;
    private final OpenWorkflowCounts backlog;
    private final List<Runnable> closing = new ArrayList<>();

    /** {@code node} is empty before the store has joined. */
    public StoreGauges(
            OpenTelemetry telemetry,
            Supplier<Optional<NodeRuntime>> node,
            OpenWorkflowCounts backlog,
            DataSource pool) {
        this.meter = telemetry.getMeter("dev.holdfast");
        this.node = node;
        this.backlog = backlog;
        longs(
                "holdfast.queue.records",
                "{record}",
                "Records on their way to a commit",
                of -> of.queue().depth());
        longs(
                "holdfast.queue.bytes",
                "By",
                "What they take in memory, about",
                of -> of.queue().bytes());
        longs(
                "holdfast.buckets.owned",
                "{bucket}",
                "Buckets that this node owns",
                of -> of.holdings().active().size());
        ObservableDoubleGauge lease = meter.gaugeBuilder("holdfast.lease.age")
                .setUnit("s")
                .setDescription("Since the sending of the last heartbeat that was committed; the lease ends it")
                .buildWithCallback(this::leaseAge);
        closing.add(lease::close);
        ObservableLongGauge open = meter.gaugeBuilder("holdfast.workflows.open")
                .ofLongs()
                .setUnit("{workflow}")
                .setDescription("Workflows in this node's buckets that have not ended, by status")
                .buildWithCallback(this::open);
        closing.add(open::close);
        if (pool instanceof HikariDataSource hikari) {
            ObservableLongGauge connections = meter.gaugeBuilder("holdfast.pool.connections")
                    .ofLongs()
                    .setUnit("{connection}")
                    .setDescription("The pool for reads: connections that are active or idle, and threads that wait")
                    .buildWithCallback(told -> pool(hikari, told));
            closing.add(connections::close);
        }
    }

    /** A gauge of a node that has joined. */
    private void longs(String name, String unit, String description, Question question) {
        Consumer<ObservableLongMeasurement> callback =
                told -> node.get().ifPresent(of -> told.record(question.ask(of)));
        ObservableLongGauge gauge = meter.gaugeBuilder(name)
                .ofLongs()
                .setUnit(unit)
                .setDescription(description)
                .buildWithCallback(callback);
        closing.add(gauge::close);
    }

    /** A number that a node knows. */
    @FunctionalInterface
    private interface Question {
        long ask(NodeRuntime node);
    }

    private void leaseAge(ObservableDoubleMeasurement told) {
        node.get().ifPresent(of -> told.record(of.membership().leaseAge().toNanos() / 1e9));
    }

    private void open(ObservableLongMeasurement told) {
        node.get()
                .ifPresent(of -> backlog.of(of.holdings().active())
                        .forEach((status, count) -> told.record(count, Attributes.of(STATUS, status))));
    }

    private static void pool(HikariDataSource hikari, ObservableLongMeasurement told) {
        HikariPoolMXBean pool = hikari.getHikariPoolMXBean();
        if (pool != null) { // nobody has asked for a connection yet
            told.record(pool.getActiveConnections(), Attributes.of(STATE, "active"));
            told.record(pool.getIdleConnections(), Attributes.of(STATE, "idle"));
            told.record(pool.getThreadsAwaitingConnection(), Attributes.of(STATE, "waiting"));
        }
    }

    /** Ends what asks the store. */
    public void close() {
        closing.forEach(Runnable::run);
    }
}
