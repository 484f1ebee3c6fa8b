package dev.holdfast.postgres.connect;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The name of this machine, the default name of its node. Stateless. */
final class HostName {
    private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

    private HostName() {}

    /** Asks for the name; fails if it has no address. */
    @FunctionalInterface
    interface Resolver {
        String name() throws UnknownHostException;
    }

    static String get() {
        return get(() -> InetAddress.getLocalHost().getHostName(), KERNEL);
    }

    /**
     * The name of the kernel where the name has no address. Never "localhost", which every machine has: two nodes would
     * have one name.
     */
    static String get(Resolver resolver, Path kernel) {
        try {
            return resolver.name();
        } catch (UnknownHostException e) {
            return read(kernel).orElseGet(() -> unresolved(e));
        }
    }

    private static Optional<String> read(Path kernel) {
        try {
            return Optional.of(Files.readString(kernel).strip()).filter(name -> !name.isEmpty());
        } catch (IOException e) {
            return Optional.empty(); // another system than Linux
        }
    }

    /** The message of {@link InetAddress#getLocalHost} begins with the name that has no address. */
    private static String unresolved(UnknownHostException e) {
        return String.valueOf(e.getMessage()).split(":", 2)[0];
    }
}
