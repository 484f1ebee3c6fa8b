package dev.holdfast.engine.execution;

import java.util.concurrent.ThreadFactory;

/**
 * Makes the threads of an engine, which run code of users: workflows, codecs. None inherits thread locals, because the
 * thread that causes a start is a chance: the submitter at first, a thread of this engine later. All have the context
 * class loader of the thread that called this, which starts the engine. Stateless.
 */
public final class EngineThreads {
    private EngineThreads() {}

    /** Makes virtual threads for workflows. */
    public static ThreadFactory workflows() {
        ThreadFactory threads = Thread.ofVirtual()
                .name("workflow")
                .inheritInheritableThreadLocals(false)
                .factory();
        return withLoaderOfCaller(threads);
    }

    /** Makes platform threads with this name, which end with the process. */
    public static ThreadFactory daemons(String name) {
        ThreadFactory threads = Thread.ofPlatform()
                .daemon()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .factory();
        return withLoaderOfCaller(threads);
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
