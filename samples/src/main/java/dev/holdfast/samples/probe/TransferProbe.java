package dev.holdfast.samples.probe;

import dev.holdfast.Definition;
import dev.holdfast.InvalidInputException;
import dev.holdfast.StepRejected;
import dev.holdfast.StepRejectedException;
import dev.holdfast.StepScope;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.postgres.Transactional;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;

/**
 * Probe: a transactional step that moves an amount between two of 100 accounts in {@code probe.account}. Whatever
 * happens, the balances add up. Run by the engine, on many threads.
 */
public final class TransferProbe implements Workflow<TransferProbe.Transfer, TransferProbe.Balances> {
    public static final Definition<Transfer, Balances> DEFINITION =
            Definition.of("probe.transfer", 1, Transfer.class, Balances.class);

    private static final int ACCOUNTS = 100;
    private static final String CREATE = """
            select pg_catalog.pg_advisory_lock(hashtextextended('probe.account', 0));
            create table if not exists probe.account (id int primary key, balance bigint check (balance >= 0));
            insert into probe.account select id, 1000000 from generate_series(1, 100) as id on conflict do nothing;
            select pg_catalog.pg_advisory_unlock(hashtextextended('probe.account', 0))""";

    /** In the order of the ids, so that transfers do not deadlock. */
    private static final String LOCK = """
            select id from probe.account where id in (:from, :to) order by id for update""";

    private static final String TAKE = """
            update probe.account set balance = balance - :amount where id = :id and balance >= :amount
            returning balance""";
    private static final String GIVE = """
            update probe.account set balance = balance + :amount where id = :id returning balance""";

    /** The input: an amount, and the accounts that it goes from and to. */
    public record Transfer(Integer from, Integer to, Integer amount) {
        /** Throws {@code InvalidInputException} for accounts that are not there. Defaults: 1, 2, 5. */
        public Transfer {
            from = Inputs.within("from", from, 1, 1, ACCOUNTS);
            to = Inputs.within("to", to, 2, 1, ACCOUNTS);
            amount = Inputs.within("amount", amount, 5, 1, Integer.MAX_VALUE);
            if (from.equals(to)) {
                throw new InvalidInputException("to", "from and to are both " + to + ": expected two accounts");
            }
        }
    }

    /** The result: the new balances. */
    public record Balances(long from, long to) {}

    private final Ledger ledger;

    /** {@code ledger} records each run that was committed. */
    public TransferProbe(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Creates the accounts if they are missing, in the schema that the ledger has created. */
    public static void createAccounts(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(CREATE);
        }
    }

    @Override
    public Balances run(WorkflowContext ctx, Transfer transfer) {
        try {
            return Transactional.step(ctx, "transfer", Balances.class, (handle, step) -> moved(handle, step, transfer));
        } catch (StepRejectedException rejected) {
            throw new WorkflowFailedException("not transferred: " + rejected.reason(), rejected);
        }
    }

    private Balances moved(Handle handle, StepScope step, Transfer transfer) throws SQLException {
        ledger.append(handle.getConnection(), step, "transfer");
        handle.createUpdate(LOCK)
                .bind("from", transfer.from())
                .bind("to", transfer.to())
                .execute();
        long from = handle.createQuery(TAKE)
                .bind("amount", transfer.amount())
                .bind("id", transfer.from())
                .mapTo(Long.class)
                .findOne()
                .orElseThrow(
                        () -> new StepRejected("account " + transfer.from() + " has less than " + transfer.amount()));
        long to = handle.createQuery(GIVE)
                .bind("amount", transfer.amount())
                .bind("id", transfer.to())
                .mapTo(Long.class)
                .one();
        return new Balances(from, to);
    }
}
