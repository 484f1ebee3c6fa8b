package dev.holdfast.server.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Optional;

/** The header Idempotency-Key, which makes a request safe to send again. Stateless. */
public final class IdempotencyKeyHeader {
    public static final String NAME = "Idempotency-Key";
    private static final HeaderName HEADER = HeaderNames.create(NAME);

    private IdempotencyKeyHeader() {}

    /** Returns the key, unchecked, if present. Throws {@link ProblemException} for several. */
    public static Optional<String> of(ServerRequest request) {
        if (!request.headers().contains(HEADER)) {
            return Optional.empty();
        }
        var keys = request.headers().values(HEADER);
        if (keys.size() > 1) {
            throw RequestValues.invalid(NAME, "it is present twice or has a comma: expected one key");
        }
        return Optional.of(request.headers().get(HEADER).get());
    }
}
