package dev.holdfast.postgres.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The user that runs PostgreSQL, which refuses to run as root. Root therefore runs it in a user namespace without a
 * user mapping, in which root's files keep their owner but no process is root. Most containers forbid that; there it
 * runs as the user nobody, with the one capability that makes a data directory below root's home accessible.
 */
enum ServerUser {
    OURSELVES,
    ROOT_IN_A_NAMESPACE("unshare", "-U"),
    NOBODY(
            "setpriv",
            "--reuid=" + ServerUser.NOBODY_ID,
            "--regid=" + ServerUser.NOBODY_ID,
            "--clear-groups",
            "--inh-caps=+dac_override",
            "--ambient-caps=+dac_override");

    private static final int NOBODY_ID = 65534;
    private static final Path OUR_PROCESS = Path.of("/proc/self");

    private static volatile @Nullable ServerUser current;

    /** List.of is immutable, although the type does not show it. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> prefix;

    ServerUser(String... prefix) {
        this.prefix = List.of(prefix);
    }

    /** The user for this process, determined once. */
    static ServerUser current() {
        ServerUser known = current;
        if (known == null) {
            known = find();
            current = known;
        }
        return known;
    }

    List<String> command(Path program, List<String> arguments) {
        return Stream.of(prefix.stream(), Stream.of(program.toString()), arguments.stream())
                .flatMap(s -> s)
                .toList();
    }

    /** Gives a data directory to the user that runs the server, as PostgreSQL requires. */
    void own(Path directory) throws IOException {
        if (this == NOBODY) {
            Files.setAttribute(directory, "unix:uid", NOBODY_ID);
            Files.setAttribute(directory, "unix:gid", NOBODY_ID);
        }
    }

    private static ServerUser find() {
        if (!weAreRoot()) {
            return OURSELVES;
        }
        return Stream.of(ROOT_IN_A_NAMESPACE, NOBODY)
                .filter(ServerUser::works)
                .findFirst()
                .orElseThrow(() -> new EmbeddedServerException(
                        "PostgreSQL does not run as root, and neither `unshare -U` nor `setpriv` works here:"
                                + " start holdfast as an ordinary user, or use a PostgreSQL server of your own."));
    }

    private static boolean weAreRoot() {
        try {
            return Files.getAttribute(OUR_PROCESS, "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            // Without /proc, the name decides.
            return "root".equals(System.getProperty("user.name"));
        }
    }

    /** Checks that the user has a name, because initdb needs one too. */
    private boolean works() {
        try {
            Process process = new ProcessBuilder(command(Path.of("id"), List.of("-un")))
                    .redirectErrorStream(true)
                    .start();
            String name = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 && !name.strip().equals("root");
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw Deadline.interrupted(e);
        }
    }
}
