package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** Many races at a node, fifty at a time, each with a workflow of its own. */
final class Races {
    /** The beginning of what a race returns whose callers were told the truth. */
    static final String OK = "ok";

    private static final int AT_A_TIME = 50;

    private Races() {}

    /** Runs one race; returns what came of it. */
    @FunctionalInterface
    interface Race {
        String run(Holdfast node, String id);
    }

    /** Runs so many races, then checks what they returned, by workflow, and the database at rest. */
    static void run(int races, Race race, Consumer<Map<String, String>> check, Consumer<Database> atRest)
            throws InterruptedException {
        try (Database database = Database.create();
                Holdfast node = LocalNode.start(database, database.jdbcUrl(), Duration.ofSeconds(5))) {
            var told = new ConcurrentHashMap<String, String>();
            Semaphore slots = new Semaphore(AT_A_TIME);
            List<Thread> racers = new ArrayList<>();
            for (int i = 0; i < races; i++) {
                String id = "race-" + i;
                slots.acquire();
                racers.add(Thread.ofVirtual().start(() -> {
                    try {
                        told.put(id, race.run(node, id));
                    } finally {
                        slots.release();
                    }
                }));
            }
            for (Thread racer : racers) {
                racer.join();
            }
            assertThat(told).hasSize(races);
            told.forEach((id, result) -> assertThat(result).as(id).startsWith(OK));
            check.accept(told);
            new Invariants(database).requireAtRest();
            atRest.accept(database);
        }
    }

    static long count(Map<String, String> told, String result) {
        return told.values().stream().filter(result::equals).count();
    }
}
