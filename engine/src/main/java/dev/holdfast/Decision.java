package dev.holdfast;

import java.util.Optional;

/**
 * What somebody asks the owner of a workflow to decide, beside the act itself: why, who, and under which key. Made by
 * callers of {@link Holdfast}; immutable.
 *
 * @param reason 1 to 1,000 characters, for the audit
 * @param actor who asks, 1 to 200 characters, for the audit
 * @param key the same act on the same target under the same key is one request, however often it is sent; without a key
 *     each is a request of its own. 1 to 200 of {@code A-Za-z0-9._:@-}
 */
public record Decision(String reason, String actor, Optional<String> key) {
    private static final int REASON_MAX = 1_000;
    private static final int ACTOR_MAX = 200;
    private static final String PROGRAM = "program";

    /** Throws {@link InvalidInputException} for a reason, an actor or a key that is none. */
    public Decision {
        require("reason", reason, REASON_MAX);
        require("actor", actor, ACTOR_MAX);
        key.ifPresent(one -> Names.requireKey("idempotency key", one));
    }

    /** For this reason, by this program. */
    public static Decision because(String reason) {
        return new Decision(reason, PROGRAM, Optional.empty());
    }

    /** The same, asked by somebody else. */
    public Decision by(String who) {
        return new Decision(reason, who, key);
    }

    /** The same under a key. */
    public Decision key(String chosen) {
        return new Decision(reason, actor, Optional.of(chosen));
    }

    private static void require(String what, String text, int max) {
        if (text.isBlank() || text.length() > max || !Text.storable(text, max).equals(text)) {
            throw new InvalidInputException(
                    what,
                    what + " is " + text.length() + " characters long: expected 1 to " + max
                            + " that can be stored, and not all blank");
        }
    }
}
