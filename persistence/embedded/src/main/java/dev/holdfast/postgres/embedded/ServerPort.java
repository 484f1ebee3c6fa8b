package dev.holdfast.postgres.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port of a data directory. It is chosen once and kept in a file, so that connection URLs stay valid, and is below
 * the range of ports for outgoing connections, which are often taken. Stateless.
 */
final class ServerPort {
    private static final Logger LOG = LoggerFactory.getLogger(ServerPort.class);
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 29_999;
    private static final int TRIES = 100;

    private ServerPort() {}

    /** The kept port if it is free, otherwise another free one. */
    static int choose(Path keptIn) {
        OptionalInt kept = read(keptIn);
        if (kept.isPresent() && isFree(kept.getAsInt())) {
            return kept.getAsInt();
        }
        int port = ThreadLocalRandom.current()
                .ints(TRIES, LOWEST, HIGHEST + 1)
                .filter(ServerPort::isFree)
                .findFirst()
                .orElseThrow(() -> new EmbeddedServerException(
                        "No free port between %d and %d was found in %d tries.".formatted(LOWEST, HIGHEST, TRIES)));
        kept.ifPresent(taken -> LOG.info("PostgreSQL moves to port {}: {} is taken", port, taken));
        return port;
    }

    static void keep(Path file, int port) {
        try {
            Files.writeString(file, Integer.toString(port));
        } catch (IOException e) {
            throw new EmbeddedServerException(
                    "The port cannot be kept in %s: %s".formatted(file, FileError.reason(e)), e);
        }
    }

    private static OptionalInt read(Path file) {
        try {
            return OptionalInt.of(Integer.parseInt(Files.readString(file).strip()));
        } catch (IOException | NumberFormatException e) {
            // First start, or a truncated file: choosing again does no harm.
            return OptionalInt.empty();
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port));
            return true;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }
}
