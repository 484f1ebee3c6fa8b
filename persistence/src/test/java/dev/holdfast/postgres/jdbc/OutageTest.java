package dev.holdfast.postgres.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.jdbc.Outage.Access;
import dev.holdfast.postgres.telemetry.StoreMetrics;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

final class OutageTest {
    private final Exception died = new PSQLException("An I/O error occurred", PSQLState.CONNECTION_FAILURE);
    private final Exception refused = new PSQLException("Connection refused", PSQLState.CONNECTION_UNABLE_TO_CONNECT);

    private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setMeterProvider(
                    SdkMeterProvider.builder().registerMetricReader(metrics).build())
            .build();
    private final AtomicLong nanos = new AtomicLong();
    private final Outage outage = new Outage(new StoreMetrics(sdk), nanos::get);

    @AfterEach
    void close() {
        sdk.close();
    }

    private long counted() {
        return metrics.collectAllMetrics().stream()
                .filter(metric -> metric.getName().equals("holdfast.database.outages"))
                .flatMap(metric -> metric.getLongSumData().getPoints().stream())
                .mapToLong(LongPointData::getValue)
                .sum();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private void begin() {
        outage.failed(Access.WRITES, died);
        outage.failed(Access.WRITES, refused);
    }

    @Test
    void aConnectionThatDiedIsNone() {
        for (int i = 0; i < 10; i++) {
            outage.failed(Access.READS, died);
            pass(Outage.CONFIRMED.dividedBy(2));
            outage.failed(Access.READS, died);
            outage.works(Access.READS);
            pass(Outage.CONFIRMED);
        }
        assertThat(counted()).isZero();
    }

    @Test
    void oneAttemptToConnectThatFailsIsNone() {
        outage.failed(Access.WRITES, refused);
        outage.works(Access.WRITES);
        outage.failed(Access.WRITES, refused);
        assertThat(counted()).isZero();
    }

    @Test
    void aFailureThatTheNextAttemptToConnectConfirmsIsOne() {
        outage.failed(Access.READS, died);
        assertThat(counted()).isZero();
        outage.failed(Access.WRITES, refused);
        assertThat(counted()).isEqualTo(1);
    }

    @Test
    void anAccessThatWorksForNoneForAWhileIsOne() {
        outage.failed(Access.WRITES, died);
        pass(Outage.CONFIRMED.minusNanos(1));
        outage.failed(Access.WRITES, died);
        outage.works(Access.READS);
        assertThat(counted()).isZero();
        pass(Duration.ofNanos(1));
        outage.failed(Access.WRITES, died);
        assertThat(counted()).isEqualTo(1);
    }

    @Test
    void oneLastsUntilReadsAndWritesWorkAgain() {
        begin();
        outage.works(Access.WRITES);
        outage.failed(Access.READS, refused);
        pass(Outage.CONFIRMED);
        outage.failed(Access.READS, refused);
        outage.works(Access.READS);
        assertThat(counted()).isEqualTo(1);
    }

    @Test
    void theDeadConnectionsThatAreLeftAfterItAreNoSecondOne() {
        begin();
        outage.works(Access.WRITES);
        outage.works(Access.READS);
        for (int i = 0; i < 10; i++) {
            outage.failed(Access.READS, died);
            outage.failed(Access.WRITES, died);
        }
        outage.works(Access.READS);
        outage.works(Access.WRITES);
        assertThat(counted()).isEqualTo(1);
        begin();
        assertThat(counted()).isEqualTo(2);
    }

    @Test
    void whatEndsAThreadIsNone() {
        Exception interrupted =
                new SQLException("pool - Interrupted during connection acquisition", new InterruptedException());
        outage.failed(Access.READS, interrupted);
        pass(Outage.CONFIRMED);
        outage.failed(Access.READS, interrupted);
        assertThat(counted()).isZero();
    }

    @Test
    void aNodeThatClosesReportsNone() {
        outage.close();
        begin();
        assertThat(counted()).isZero();
    }
}
