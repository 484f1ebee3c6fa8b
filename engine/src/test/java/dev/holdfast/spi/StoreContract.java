package dev.holdfast.spi;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * The rules of the storage port as tests. Every store has a test class that extends this one; it says how to make a
 * store, all else is here and uses the port alone.
 */
@Timeout(120)
public abstract class StoreContract
        implements MailboxContract,
                RecordContract,
                OwnershipContract,
                LoadingContract,
                LongWorkflowContract,
                InboxContract,
                PauseContract,
                DelayContract,
                SignalContract,
                PublishContract,
                AuditContract,
                RemovalContract,
                KeyedSubmissionContract,
                SummaryContract,
                ListContract,
                FamilyContract {
    private final List<Store> opened = new CopyOnWriteArrayList<>();

    @Override
    public final StoreNode start() {
        return closedAfterTest(StoreNode.joining(open()));
    }

    /** For nodes that the store's own test has started. */
    protected final StoreNode closedAfterTest(StoreNode node) {
        opened.add(node.store());
        return node;
    }

    @AfterEach
    final void closeStores() {
        opened.reversed().forEach(Store::close);
    }
}
