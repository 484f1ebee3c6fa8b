package dev.holdfast.samples;

import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.samples.probe.FlakyProbe;
import dev.holdfast.samples.probe.Halt;
import dev.holdfast.samples.probe.Ledger;
import dev.holdfast.samples.probe.PoisonProbe;
import dev.holdfast.samples.probe.StepsProbe;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/** All samples and probes, registered by {@code ./holdfast dev} and by {@code serve --samples}. Stateless. */
public final class SamplePack {
    private SamplePack() {}

    /**
     * Adds them to an engine; the probes' ledger lies in the same database, and without one nothing is ledgered.
     * {@code allowHalt} lets them end the process.
     */
    public static void register(Holdfast.Builder engine, Optional<DataSource> dataSource, boolean allowHalt) {
        try {
            Halt.allow(allowHalt);
            Ledger ledger = dataSource.isPresent() ? new Ledger(dataSource.orElseThrow()) : Ledger.none();
            engine.register(OrderSaga.DEFINITION, new OrderSaga())
                    .register(StepsProbe.DEFINITION, new StepsProbe(ledger))
                    .register(FlakyProbe.DEFINITION, new FlakyProbe(ledger))
                    .register(PoisonProbe.DEFINITION, new PoisonProbe(ledger));
        } catch (SQLException e) {
            throw new HoldfastException("the probes' ledger could not be made: " + e.getMessage(), e);
        }
    }
}
