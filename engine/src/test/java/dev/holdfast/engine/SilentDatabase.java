package dev.holdfast.engine;

import dev.holdfast.memory.MemoryDatabase;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/** A database that takes what it is told and does not answer, until a test lets it. */
final class SilentDatabase {
    private final CountDownLatch answers = new CountDownLatch(1);
    // A store's thread asks for the time as it writes, and never before.
    private final MemoryDatabase database = new MemoryDatabase(() -> {
        if (Thread.currentThread().getName().equals("holdfast-memory")) {
            Await.until("the database may answer", () -> answers.getCount() == 0);
        }
        return Instant.now();
    });

    MemoryDatabase database() {
        return database;
    }

    void answer() {
        answers.countDown();
    }
}
