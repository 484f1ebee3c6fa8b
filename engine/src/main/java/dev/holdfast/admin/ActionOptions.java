package dev.holdfast.admin;

import java.util.Optional;

/**
 * The options of an operator's action: reason, actor, idempotency key, and the request that contained it. Callers of
 * {@link Admin} make it. Immutable, safe for all threads.
 *
 * @param reason 1 to 1,000 characters, for the audit log
 * @param actor name of the operator, 1 to 200 characters, for the audit log; {@code program} by default
 * @param key 1 to 200 characters of {@code A-Z a-z 0-9 . _ : @ -}; the same action on the same target under the same
 *     key is one request, however often it is sent. Without a key each is a request of its own
 * @param context the request that contained the action, for the audit log
 */
public record ActionOptions(String reason, String actor, Optional<String> key, RequestContext context) {
    private static final int REASON_MAX = 1_000;
    private static final int ACTOR_MAX = 200;
    private static final String PROGRAM = "program";

    /**
     * Throws {@link InvalidOptionException} for a reason or an actor, and {@link IllegalArgumentException} for a key,
     * that breaks its rule.
     */
    public ActionOptions {
        StorableText.requireStorable("reason", reason, REASON_MAX);
        StorableText.requireStorable("actor", actor, ACTOR_MAX);
        key.ifPresent(one -> Names.requireKey("idempotency key", one));
    }

    /** Gives a reason, for a program that acts for itself. Throws {@link InvalidOptionException}. */
    public static ActionOptions because(String reason) {
        return new ActionOptions(reason, PROGRAM, Optional.empty(), RequestContext.NONE);
    }

    /** Replaces the actor. Throws {@link InvalidOptionException}. */
    public ActionOptions by(String operator) {
        return new ActionOptions(reason, operator, key, context);
    }

    /** Sets the idempotency key. Throws {@link IllegalArgumentException} for a key that breaks the rule. */
    public ActionOptions key(String chosen) {
        return new ActionOptions(reason, actor, Optional.of(chosen), context);
    }

    /** Sets the request that contained the action. */
    public ActionOptions in(RequestContext request) {
        return new ActionOptions(reason, actor, key, request);
    }
}
