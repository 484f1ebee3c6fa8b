package dev.holdfast.admin;

import java.util.Optional;

/**
 * What somebody asks the owner of a workflow to decide, beside the act itself: why, who, under which key, and by which
 * request. Made by callers of {@link dev.holdfast.Holdfast}; immutable.
 *
 * @param reason 1 to 1,000 characters, for the audit
 * @param actor who asks, 1 to 200 characters, for the audit
 * @param key the same act on the same target under the same key is one request, however often it is sent; without a key
 *     each is a request of its own. 1 to 200 of {@code A-Za-z0-9._:@-}
 */
public record ActionOptions(String reason, String actor, Optional<String> key, RequestContext context) {
    private static final int REASON_MAX = 1_000;
    private static final int ACTOR_MAX = 200;
    private static final String PROGRAM = "program";

    /** Throws {@link InvalidOptionException} for a reason, an actor or a key that is none. */
    public ActionOptions {
        StorableText.requireStorable("reason", reason, REASON_MAX);
        StorableText.requireStorable("actor", actor, ACTOR_MAX);
        key.ifPresent(one -> Names.requireKey("idempotency key", one));
    }

    /** By a program that asks for itself. */
    public ActionOptions(String reason, String actor, Optional<String> key) {
        this(reason, actor, key, RequestContext.NONE);
    }

    /** For this reason, by this program. */
    public static ActionOptions because(String reason) {
        return new ActionOptions(reason, PROGRAM, Optional.empty());
    }

    /** The same, asked by somebody else. */
    public ActionOptions by(String who) {
        return new ActionOptions(reason, who, key, context);
    }

    /** The same under a key. */
    public ActionOptions key(String chosen) {
        return new ActionOptions(reason, actor, Optional.of(chosen), context);
    }

    /** The same, asked by this request. */
    public ActionOptions in(RequestContext request) {
        return new ActionOptions(reason, actor, key, request);
    }
}
