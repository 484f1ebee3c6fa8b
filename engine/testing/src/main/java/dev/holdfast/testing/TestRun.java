package dev.holdfast.testing;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.memory.MemoryDatabase;
import org.jspecify.annotations.Nullable;

/** One database of a kit with its clock and its nodes: that of a test, or of one run of it. Safe for all threads. */
final class TestRun implements AutoCloseable {
    private final Setup setup;
    private final MemoryDatabase database;
    private final StepStubs stubs;
    private final Observer observer;
    private final Reports reports;
    private final VirtualTime time;
    private final Nodes nodes;

    /** Starts the first node, with this plan to crash. */
    TestRun(Setup setup, StubUse use, @Nullable Crash planned) {
        VirtualClock clock = new VirtualClock(setup.startTime());
        this.setup = setup;
        this.database = new MemoryDatabase(clock);
        this.observer = new Observer(database, setup.codec());
        this.stubs = new StepStubs(use, observer::isRecorded);
        this.reports = new Reports(observer, stubs, clock::instant);
        this.time = new VirtualTime(database, clock, this::busy);
        setup.stubs().forEach(stubs::stub);
        this.nodes = new Nodes(database, setup, stubs, planned);
    }

    private AssertionError busy() {
        nodes.awaitNode(); // throws if the reason is that the next node has not started
        return reports.busy();
    }

    /** The end of a call of the kit, in real time. */
    Deadline deadline() {
        return Deadline.in(setup.patience());
    }

    StepStubs stubs() {
        return stubs;
    }

    Observer observer() {
        return observer;
    }

    Reports reports() {
        return reports;
    }

    VirtualTime time() {
        return time;
    }

    Nodes nodes() {
        return nodes;
    }

    /** Moves the time until a workflow has ended or is parked. Fails if it never does either. */
    WorkflowSummary settled(String id, Deadline deadline) {
        while (true) {
            time.awaitIdle(deadline);
            WorkflowSummary found = observer.find(id);
            if (found.status().isFinal() || found.status() == WorkflowStatus.DEAD_LETTERED) {
                return found;
            }
            if (!time.advanceToNext(deadline)) {
                throw reports.neverEnds(id);
            }
        }
    }

    /** The number of records that were committed. */
    long records() {
        return database.records();
    }

    @Override
    public void close() {
        nodes.close();
    }
}
