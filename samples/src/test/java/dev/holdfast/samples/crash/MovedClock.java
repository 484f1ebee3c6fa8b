package dev.holdfast.samples.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Moves the wall clock of processes, but not their monotonic clock, by a library that is loaded before the C library.
 * Needs a C compiler.
 */
record MovedClock(Path library, Duration by) {
    private static final String SOURCE = """
            #define _GNU_SOURCE
            #include <stdlib.h>
            #include <sys/syscall.h>
            #include <sys/time.h>
            #include <time.h>
            #include <unistd.h>

            int clock_gettime(clockid_t id, struct timespec *now) {
                int result = (int) syscall(SYS_clock_gettime, id, now);
                if (result == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) {
                    now->tv_sec += atol(getenv("MOVED_CLOCK_SECONDS"));
                }
                return result;
            }

            int gettimeofday(struct timeval *restrict now, void *restrict zone) {
                struct timespec time;
                int result = clock_gettime(CLOCK_REALTIME, &time);
                now->tv_sec = time.tv_sec;
                now->tv_usec = time.tv_nsec / 1000;
                return result;
            }

            time_t time(time_t *now) {
                struct timespec time;
                clock_gettime(CLOCK_REALTIME, &time);
                if (now != NULL) {
                    *now = time.tv_sec;
                }
                return time.tv_sec;
            }
            """;

    /** Whether this machine has what it needs. */
    static boolean isPossible() {
        return System.getProperty("os.name").equals("Linux") && run("cc", "--version");
    }

    /** Compiles the library into this directory. */
    static MovedClock compile(Path directory, Duration by) throws IOException {
        Path source = Files.writeString(directory.resolve("clock.c"), SOURCE);
        Path library = directory.resolve("clock.so");
        if (!run("cc", "-shared", "-fPIC", "-O1", "-o", library.toString(), source.toString())) {
            throw new IllegalStateException("cc cannot compile " + source);
        }
        return new MovedClock(library, by);
    }

    MovedClock by(Duration other) {
        return new MovedClock(library, other);
    }

    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "MOVED_CLOCK_SECONDS", String.valueOf(by.toSeconds()));
    }

    private static boolean run(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
