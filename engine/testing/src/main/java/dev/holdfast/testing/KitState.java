package dev.holdfast.testing;

import org.jspecify.annotations.Nullable;

/** What a kit was told, and the run that follows from it: a node starts at the first use. Safe for all threads. */
final class KitState implements CrashRuns.Place {
    private Setup setup = new Setup();
    private Setup beforeTest = setup;
    private Setup beforeRuns = setup;
    private StubUse use = new StubUse();
    private @Nullable Crash planned;
    private @Nullable TestRun run;
    private boolean repeats;

    /** For changes before the node starts. Throws {@link IllegalStateException} with this advice once it runs. */
    synchronized Setup change(String advice) {
        if (run != null) {
            throw new IllegalStateException("the node of the kit runs already: " + advice);
        }
        return setup;
    }

    /** Stubs the steps of this name, now and in later nodes. */
    synchronized void stub(String step, Stub stub) {
        setup.stub(step, stub);
        if (run != null) {
            use.stubbed(step);
            run.stubs().stub(step, stub);
        }
    }

    /** For changes that the next node gets. */
    synchronized Setup setup() {
        return setup;
    }

    /** The run; starts its node if none runs. */
    synchronized TestRun run() {
        TestRun current = run;
        if (current == null) {
            current = new TestRun(setup, use, planned);
            setup.stubs().keySet().forEach(use::stubbed);
            run = current;
            planned = null;
        }
        return current;
    }

    @Override
    public synchronized @Nullable TestRun current() {
        return run;
    }

    /** Plans a crash of the node, or of the one that starts next. */
    synchronized void plan(Crash crash) {
        if (repeats) {
            throw new IllegalStateException("crashEverywhere plans all crashes by itself");
        }
        if (run != null) {
            run.nodes().plan(crash);
        } else if (planned != null) {
            throw new IllegalStateException("a crash is planned already, " + planned + ": one at a time");
        } else {
            planned = crash;
        }
    }

    /** Begins or ends a series of runs of one test. */
    synchronized void repeat(boolean begins) {
        Setup unused = change("put the whole test into crashEverywhere");
        if (begins && repeats) {
            throw new IllegalStateException("crashEverywhere cannot run within crashEverywhere");
        }
        if (begins) {
            beforeRuns = setup;
        } else {
            setup = beforeRuns;
        }
        repeats = begins;
    }

    @Override
    public synchronized void begin(@Nullable Crash crash) {
        setup = beforeRuns.copy();
        planned = crash;
    }

    /** Stops the node, and forgets its workflows. */
    @Override
    public void end() {
        TestRun ending = current();
        if (ending != null) {
            ending.close(); // first, and without the lock: a body that still runs must not start the next run
        }
        synchronized (this) {
            run = null;
            planned = null;
        }
    }

    synchronized void beginTest() {
        beforeTest = setup;
        setup = setup.copy();
        use = new StubUse();
    }

    /** Fails if a stub was not used, unless the test has failed already. */
    void endTest(boolean failed) {
        end();
        StubUse ofTest;
        boolean strict;
        synchronized (this) {
            ofTest = use;
            strict = !failed && !setup.isLenient();
            setup = beforeTest;
        }
        if (strict) {
            ofTest.requireAllUsed();
        }
    }
}
