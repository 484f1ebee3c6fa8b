package dev.holdfast;

import dev.holdfast.admin.StorableText;
import java.util.Optional;

/**
 * Who submits a workflow, as it is kept beside the input. Made by whoever submits for others, such as the HTTP server;
 * immutable.
 *
 * @param actor 1 to 200 characters
 * @param role what allowed it, 1 to 200 characters
 * @param requestId the request that it came by, 1 to 200 characters
 */
public record Submitter(String actor, Optional<String> role, Optional<String> requestId) {
    private static final int MAX = 200;

    /** Throws {@link dev.holdfast.admin.InvalidOptionException} for what cannot be stored. */
    public Submitter {
        StorableText.requireStorable("actor", actor, MAX);
        role.ifPresent(one -> StorableText.requireStorable("role", one, MAX));
        requestId.ifPresent(one -> StorableText.requireStorable("request id", one, MAX));
    }
}
