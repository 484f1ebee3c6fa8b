package dev.holdfast.postgres.checkpoint;

import dev.holdfast.spi.KeyedSubmission;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The keys and ids that open transactions held in the last second; the latest 1,024 of them. One thread. */
final class HeldKeys {
    private static final int KEYS_MAX = 1_024;
    private static final long REMEMBERED_NANOS = Duration.ofSeconds(1).toNanos();

    /** What a submission is unique by. */
    private record Key(String name, String scope) {}

    private final Map<Key, Long> since = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Long> eldest) {
            return size() > KEYS_MAX;
        }
    };

    void add(KeyedSubmission keyed) {
        since.put(key(keyed), System.nanoTime());
    }

    boolean contains(KeyedSubmission keyed) {
        Long held = since.get(key(keyed));
        return held != null && System.nanoTime() - held < REMEMBERED_NANOS;
    }

    private static Key key(KeyedSubmission keyed) {
        return new Key(keyed.name(), keyed.scope());
    }
}
