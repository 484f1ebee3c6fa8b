package dev.holdfast.server.routes;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.server.http.ErrorView;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** JSON of a dead letter. Lists omit {@code stack} and {@code links}. */
record DeadLetterView(
        String id,
        String workflowId,
        String type,
        int version,
        Instant parkedAt,
        String cause,
        @Nullable String step,
        @Nullable Integer position,
        String branch,
        @Nullable String idempotencyKey,
        int attempts,
        ErrorView error,
        boolean open,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String stack,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Links links) {
    static final String PATH = "/v1/dead-letters";

    /** Paths of the requests that the dead letter accepts in its present state. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Links(
            String self,
            String workflow,
            @Nullable String retry,
            @Nullable String discard) {
        static Links of(DeadLetter letter) {
            String self = path(letter.id());
            return new Links(
                    self,
                    WorkflowView.path(letter.workflowId()),
                    letter.open() ? self + "/retry" : null,
                    letter.open() ? self + "/discard" : null);
        }
    }

    static DeadLetterView item(DeadLetter letter) {
        return of(letter, null, null);
    }

    static DeadLetterView single(DeadLetter letter) {
        return of(letter, letter.stack(), Links.of(letter));
    }

    /** The path of a dead letter. Ids need no encoding. */
    static String path(String id) {
        return PATH + "/" + id;
    }

    private static DeadLetterView of(DeadLetter letter, @Nullable String stack, @Nullable Links links) {
        return new DeadLetterView(
                letter.id(),
                letter.workflowId(),
                letter.type(),
                letter.version(),
                letter.at(),
                letter.cause(),
                letter.step().orElse(null),
                letter.position() < 0 ? null : letter.position(),
                letter.branch(),
                letter.idempotencyKey().orElse(null),
                letter.attempts(),
                ErrorView.of(letter.error()),
                letter.open(),
                stack,
                links);
    }
}
