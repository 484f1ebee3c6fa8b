package dev.holdfast.samples.crash;

import java.lang.System.Logger.Level;
import java.util.concurrent.ThreadLocalRandom;

/** The seed of random faults: printed, and set with {@code -Dholdfast.test.seed=…}. */
final class Seed {
    private static final System.Logger LOG = System.getLogger(Seed.class.getName());

    private Seed() {}

    static long of(String test) {
        long seed =
                Long.getLong("holdfast.test.seed", ThreadLocalRandom.current().nextLong());
        LOG.log(Level.INFO, "{0}: -Dholdfast.test.seed={1}", test, Long.toString(seed));
        return seed;
    }
}
