package dev.holdfast.samples;

import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.samples.probe.FanoutProbe;
import dev.holdfast.samples.probe.FlakyProbe;
import dev.holdfast.samples.probe.Halt;
import dev.holdfast.samples.probe.Ledger;
import dev.holdfast.samples.probe.OnceProbe;
import dev.holdfast.samples.probe.PoisonProbe;
import dev.holdfast.samples.probe.SleepProbe;
import dev.holdfast.samples.probe.StepsProbe;
import dev.holdfast.samples.probe.TransferProbe;
import dev.holdfast.samples.probe.WaitProbe;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Registers all samples and probes, for {@code ./holdfast dev} and {@code serve --samples}. Stateless. */
public final class SamplePack {
    private SamplePack() {}

    /**
     * Registers them on an engine. The ledger of the probes is in the same database; without a database there is no
     * ledger. {@code allowHalt} allows probes to end the process.
     */
    public static void register(Holdfast.Builder engine, @Nullable DataSource dataSource, boolean allowHalt) {
        try {
            Halt.allow(allowHalt);
            Ledger ledger = dataSource == null ? Ledger.none() : new Ledger(dataSource);
            if (dataSource != null) {
                TransferProbe.createAccounts(dataSource);
            }
            engine.register(OrderSaga.DEFINITION, new OrderSaga())
                    .register(Approval.DEFINITION, new Approval())
                    .register(Quotes.DEFINITION, new Quotes())
                    .register(Agent.DEFINITION, new Agent())
                    .register(StepsProbe.DEFINITION, new StepsProbe(ledger))
                    .register(FlakyProbe.DEFINITION, new FlakyProbe(ledger))
                    .register(OnceProbe.DEFINITION, new OnceProbe(ledger))
                    .register(PoisonProbe.DEFINITION, new PoisonProbe(ledger))
                    .register(FanoutProbe.DEFINITION, new FanoutProbe(ledger))
                    .register(WaitProbe.DEFINITION, new WaitProbe(ledger))
                    .register(SleepProbe.DEFINITION, new SleepProbe(ledger))
                    .register(TransferProbe.DEFINITION, new TransferProbe(ledger));
        } catch (SQLException e) {
            throw new HoldfastException(
                    "the tables of the probes could not be created, check the rights of the database role: "
                            + e.getMessage(),
                    e);
        }
    }
}
