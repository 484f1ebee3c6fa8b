package dev.holdfast.engine.execution;

import java.util.concurrent.ThreadFactory;

/**
 * The threads and the monotonic clock of the process in which an engine runs. A simulation replaces them. Safe for all
 * threads.
 *
 * <p>The threads run code of users: workflows, codecs. None inherits thread locals, because the thread that causes a
 * start is a chance: the submitter at first, a thread of the engine later. All have the context class loader of the
 * thread that asked for the factory, which starts the engine.
 */
public class Platform {
    /** Makes the threads of workflows: virtual ones. */
    public ThreadFactory workflows() {
        return withLoaderOfCaller(Thread.ofVirtual()
                .name("workflow")
                .inheritInheritableThreadLocals(false)
                .factory());
    }

    /** Makes the threads of the engine itself, with this name, which end with the process: platform threads. */
    public ThreadFactory daemons(String name) {
        return withLoaderOfCaller(Thread.ofPlatform()
                .daemon()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .factory());
    }

    /** The time of the monotonic clock, as {@link System#nanoTime} gives it. */
    public long nanoTime() {
        return System.nanoTime();
    }

    private static ThreadFactory withLoaderOfCaller(ThreadFactory threads) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        return task -> {
            Thread thread = threads.newThread(task);
            thread.setContextClassLoader(loader);
            return thread;
        };
    }
}
