package dev.holdfast.postgres;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Whether there is a Docker engine: a client without one is common, and an engine that hangs is not rare. */
final class DockerEngine {
    private static final int ANSWERS_WITHIN_SECONDS = 2;

    private DockerEngine() {}

    static boolean answers() {
        return addresses()
                .anyMatch(address -> CompletableFuture.supplyAsync(() -> answersPing(address))
                        .completeOnTimeout(false, ANSWERS_WITHIN_SECONDS, TimeUnit.SECONDS)
                        .join());
    }

    /** DOCKER_HOST, else where the engine of the system, of Docker Desktop and of the user have their sockets. */
    private static Stream<SocketAddress> addresses() {
        String configured = System.getenv("DOCKER_HOST");
        if (configured == null || configured.isBlank()) {
            return Stream.of(
                            "/var/run",
                            System.getProperty("user.home") + "/.docker/run",
                            System.getenv("XDG_RUNTIME_DIR"))
                    .filter(Objects::nonNull)
                    .map(directory -> UnixDomainSocketAddress.of(directory + "/docker.sock"));
        }
        URI uri = URI.create(configured);
        return switch (uri.getScheme()) {
            case "unix" -> Stream.of(UnixDomainSocketAddress.of(uri.getPath()));
            case "tcp" -> Stream.of(new InetSocketAddress(uri.getHost(), uri.getPort()));
            default -> Stream.of();
        };
    }

    private static boolean answersPing(SocketAddress engine) {
        try (SocketChannel channel = SocketChannel.open(engine)) {
            channel.write(StandardCharsets.US_ASCII.encode("GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n"));
            ByteBuffer answer = ByteBuffer.allocate(64);
            channel.read(answer);
            return StandardCharsets.US_ASCII.decode(answer.flip()).toString().contains(" 200 ");
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }
}
