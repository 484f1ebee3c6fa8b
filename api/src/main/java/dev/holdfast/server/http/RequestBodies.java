package dev.holdfast.server.http;

import dev.holdfast.OverloadedException;
import dev.holdfast.TooLargeException;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads the bodies of writes: JSON only, none over the limit, and all that are in hand together not over theirs, so
 * that no crowd of large requests takes the memory of the rest. Safe for all threads.
 */
public final class RequestBodies {
    private static final int UNIT = 1_024;
    private static final Pattern JSON = Pattern.compile(
            "application/json(\\s*;\\s*charset\\s*=\\s*(utf-8|\"utf-8\"))?\\s*", Pattern.CASE_INSENSITIVE);

    private final int bodyMaxBytes;
    private final Semaphore units;

    public RequestBodies(int bodyMaxBytes, int bodiesMaxBytes) {
        this.bodyMaxBytes = bodyMaxBytes;
        this.units = new Semaphore(units(bodiesMaxBytes));
    }

    private static int units(long bytes) {
        return Math.toIntExact((bytes + UNIT - 1) / UNIT);
    }

    /** Throws {@link ProblemException} for a write that does not say that it is JSON. */
    public static void requireJson(ServerRequestHeaders headers) {
        String type = headers.first(HeaderNames.CONTENT_TYPE).orElse("");
        if (!JSON.matcher(type).matches()) {
            String seen = type.isEmpty() ? "There is no Content-Type" : "Content-Type is " + RequestValues.shown(type);
            throw new ProblemException(
                    new Problem(ProblemCode.UNSUPPORTED_MEDIA_TYPE, seen + ": expected application/json."));
        }
        if (headers.contains(HeaderNames.CONTENT_ENCODING)) {
            throw new ProblemException(
                    new Problem(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding is not supported."));
        }
    }

    /**
     * Reads the body and hands it to {@code use}, which must not keep it longer than it runs. Throws
     * {@link TooLargeException}, and {@link OverloadedException} while too much is in hand.
     */
    public <T> T with(ServerRequest request, Function<byte[], T> use) {
        long announced = announced(request.headers());
        if (announced > bodyMaxBytes) {
            throw new TooLargeException("the body", announced, bodyMaxBytes);
        }
        int taken = units(announced);
        if (!units.tryAcquire(taken)) {
            throw new OverloadedException("too many bytes of requests are being read", Duration.ofSeconds(1));
        }
        try {
            return use.apply(read(request));
        } finally {
            units.release(taken);
        }
    }

    private long announced(ServerRequestHeaders headers) {
        if (headers.contains(HeaderValues.TRANSFER_ENCODING_CHUNKED)) {
            return bodyMaxBytes;
        }
        return headers.contentLength().orElse(0);
    }

    private byte[] read(ServerRequest request) {
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        HttpConnection.bodyArrives();
        try {
            return request.content().inputStream().readAllBytes(); // the listener has the same limit
        } catch (NumberFormatException e) {
            throw RequestGuard.unframed("Its body has a chunk without a length.");
        } catch (IOException e) {
            throw new UncheckedIOException("the body cannot be read", e);
        } finally {
            HttpConnection.bodyArrived();
        }
    }
}
