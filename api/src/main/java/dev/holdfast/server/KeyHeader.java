package dev.holdfast.server;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Optional;

/** The header under whose key the same request may be sent again. */
final class KeyHeader {
    static final String NAME = "Idempotency-Key";
    private static final HeaderName HEADER = HeaderNames.create(NAME);

    private KeyHeader() {}

    /** The key, if there is one, not looked at yet. Throws {@link ProblemException} for several. */
    static Optional<String> of(ServerRequest request) {
        if (!request.headers().contains(HEADER)) {
            return Optional.empty();
        }
        var keys = request.headers().values(HEADER);
        if (keys.size() > 1) {
            throw Values.invalid(NAME, "it comes twice, or has a comma, expected once");
        }
        return Optional.of(request.headers().get(HEADER).get());
    }
}
