package dev.holdfast.server.http;

import dev.holdfast.OverloadedException;
import dev.holdfast.TooLargeException;
import io.helidon.common.buffers.DataReader;
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
 * Reads the bodies of writes: JSON only, with a limit for each body and one for all bodies in memory together, so that
 * many large requests cannot exhaust the memory. Safe for all threads.
 */
public final class RequestBodies {
    private static final int UNIT = 1_024;
    private static final Pattern JSON = Pattern.compile(
            "application/json(\\s*;\\s*charset\\s*=\\s*(utf-?8|\"utf-?8\"))?\\s*", Pattern.CASE_INSENSITIVE);

    private final int bodyMaxBytes;
    private final Semaphore units;

    public RequestBodies(int bodyMaxBytes, int bodiesMaxBytes) {
        this.bodyMaxBytes = bodyMaxBytes;
        this.units = new Semaphore(units(bodiesMaxBytes));
    }

    private static int units(long bytes) {
        return Math.toIntExact((bytes + UNIT - 1) / UNIT);
    }

    /** Throws {@link ProblemException} for a write whose Content-Type is not JSON. */
    public static void requireJson(ServerRequestHeaders headers) {
        String type = headers.first(HeaderNames.CONTENT_TYPE).orElse("");
        if (!JSON.matcher(type).matches()) {
            String seen =
                    type.isEmpty() ? "There is no Content-Type" : "Content-Type is " + RequestValues.abbreviated(type);
            throw new ProblemException(
                    new Problem(ProblemCode.UNSUPPORTED_MEDIA_TYPE, seen + ": expected application/json."));
        }
        if (headers.contains(HeaderNames.CONTENT_ENCODING)) {
            throw new ProblemException(new Problem(
                    ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Encoding is not supported: expected an unencoded body."));
        }
    }

    /**
     * Reads the body and passes it to {@code use}, which must not keep it. Throws {@link TooLargeException}, and
     * {@link OverloadedException} while the bodies in memory are at their limit.
     */
    public <T> T with(ServerRequest request, Function<byte[], T> use) {
        long declared = declared(request.headers());
        if (declared > bodyMaxBytes) {
            throw new TooLargeException("the body", declared, bodyMaxBytes);
        }
        int taken = units(declared);
        if (!units.tryAcquire(taken)) {
            throw new OverloadedException("the request bodies in memory are at their limit", Duration.ofSeconds(1));
        }
        try {
            return use.apply(read(request));
        } finally {
            units.release(taken);
        }
    }

    private long declared(ServerRequestHeaders headers) {
        if (headers.contains(HeaderValues.TRANSFER_ENCODING_CHUNKED)) {
            return bodyMaxBytes;
        }
        return headers.contentLength().orElse(0);
    }

    private byte[] read(ServerRequest request) {
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        HttpConnection.bodyStarted();
        try {
            return request.content().inputStream().readAllBytes(); // Helidon has the same limit
        } catch (NumberFormatException e) {
            throw RequestGuard.unframed("The body has a chunk without a length.");
        } catch (DataReader.IncorrectNewLineException e) {
            throw RequestGuard.unframed("The body has a chunk whose length does not end with CR LF.");
        } catch (IOException e) {
            throw new UncheckedIOException("the body cannot be read", e);
        } finally {
            HttpConnection.bodyComplete();
        }
    }
}
