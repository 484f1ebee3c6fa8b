package dev.holdfast.postgres.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs PostgreSQL's programs to their end; their output goes to the server's log. Safe for all threads. */
final class Programs {
    private final DataDirectory directory;

    Programs(DataDirectory directory) {
        this.directory = directory;
    }

    /** Returns the exit code. Kills a program that exceeds the limit, and throws {@link EmbeddedServerException}. */
    int run(Duration limit, String program, String... arguments) {
        Path file = Binaries.unpacked(directory).resolve(program);
        try {
            Process process = builder(file, List.of(arguments)).start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new EmbeddedServerException("%s was not done after %d s; see %s."
                        .formatted(program, limit.toSeconds(), directory.logFile()));
            }
            return process.exitValue();
        } catch (IOException e) {
            throw new EmbeddedServerException("%s cannot be run: %s".formatted(file, FileError.reason(e)), e);
        } catch (InterruptedException e) {
            throw Deadline.interrupted(e);
        }
    }

    private ProcessBuilder builder(Path file, List<String> arguments) {
        ProcessBuilder builder = new ProcessBuilder(ServerUser.current().command(file, arguments))
                .directory(directory.root().toFile())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(directory.logFile().toFile()));
        // PGDATA, PGPORT and the like are meant for another server.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        return builder;
    }
}
