package dev.holdfast.simulation;

import java.lang.reflect.Constructor;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * Makes virtual threads that run on a scheduler of our own. The Java runtime has it, but not as public API: the tests
 * open the package {@code java.lang} for it. Needs JDK 24 or newer, as on older ones a virtual thread that waits inside
 * {@code synchronized} stops its scheduler.
 */
final class VirtualThreads {
    static final int FIRST_JDK = 24;

    private final Executor scheduler;

    VirtualThreads(Executor scheduler) {
        this.scheduler = scheduler;
    }

    ThreadFactory factory(String name) {
        return builder().name(name).inheritInheritableThreadLocals(false).factory();
    }

    private Thread.Builder.OfVirtual builder() {
        try {
            Constructor<?> constructor = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                    .getDeclaredConstructor(Executor.class);
            constructor.setAccessible(true);
            return (Thread.Builder.OfVirtual) constructor.newInstance(scheduler);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "this Java runtime has no virtual threads with a scheduler of their own", e);
        }
    }
}
