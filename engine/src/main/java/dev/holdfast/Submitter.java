package dev.holdfast;

import dev.holdfast.admin.StorableText;
import java.util.Optional;

/**
 * The person or program that a submission was made for; stored beside the input. Servers that submit on behalf of
 * others, such as the HTTP server, pass it to {@link Submission#by}. Immutable, safe for all threads.
 *
 * @param actor name of the submitter, 1 to 200 characters
 * @param role the role that allowed the submission, 1 to 200 characters
 * @param requestId of the request that contained the submission, 1 to 200 characters
 */
public record Submitter(String actor, Optional<String> role, Optional<String> requestId) {
    private static final int MAX = 200;

    /** Throws {@link dev.holdfast.admin.InvalidOptionException} for a text that is too long or cannot be stored. */
    public Submitter {
        StorableText.requireStorable("actor", actor, MAX);
        role.ifPresent(one -> StorableText.requireStorable("role", one, MAX));
        requestId.ifPresent(one -> StorableText.requireStorable("request id", one, MAX));
    }

    /** Names a submitter without role and request id. Throws like the constructor. */
    public static Submitter named(String actor) {
        return new Submitter(actor, Optional.empty(), Optional.empty());
    }

    /** Sets the role that allowed the submission. */
    public Submitter role(String allowing) {
        return new Submitter(actor, Optional.of(allowing), requestId);
    }

    /** Sets the id of the request that contained the submission. */
    public Submitter requestId(String id) {
        return new Submitter(actor, role, Optional.of(id));
    }
}
