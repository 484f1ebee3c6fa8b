package dev.holdfast.admin;

import java.util.Objects;
import java.util.function.IntPredicate;

/**
 * The rules for names that users choose: definitions, keys, steps, labels. Called by the types that carry such names.
 * Every method throws {@link IllegalArgumentException} with the rule. Stateless.
 */
public final class Names {
    static final int DEFINITION_MAX = 100;
    static final int STEP_MAX = 200;
    static final int KEY_MAX = 200;
    /** Labels of one workflow. */
    public static final int LABELS_MAX = 20;

    static final int LABEL_MAX = 200;

    private static final String TEXT_RULE = "without control characters and lone surrogates";

    private Names() {}

    /** Requires 1 to 100 characters of {@code a-z 0-9 . _ -}. */
    public static void requireDefinition(String name) {
        require("definition name", name, DEFINITION_MAX, "of a-z 0-9 . _ -", Names::isDefinitionCharacter);
    }

    /** Requires 1 to 100 characters of {@code a-z 0-9 . _ -}. */
    public static void requireSignal(String name) {
        require("signal name", name, DEFINITION_MAX, "of a-z 0-9 . _ -", Names::isDefinitionCharacter);
    }

    /** Requires 1 to 100 characters of {@code a-z 0-9 . _ -}. */
    public static void requirePublished(String name) {
        require("name of a published value", name, DEFINITION_MAX, "of a-z 0-9 . _ -", Names::isDefinitionCharacter);
    }

    /** Requires 1 to 100 characters of {@code a-z 0-9 . _ -}. */
    public static void requireMarker(String id) {
        require("id of a marker", id, DEFINITION_MAX, "of a-z 0-9 . _ -", Names::isDefinitionCharacter);
    }

    /** Requires 1 to 200 characters of {@code A-Z a-z 0-9 . _ : @ -}; {@code what} names the key in the message. */
    public static void requireKey(String what, String key) {
        require(what, key, KEY_MAX, "of A-Z a-z 0-9 . _ : @ -", Names::isKeyCharacter);
    }

    /** Requires 1 to 200 characters without control characters and lone surrogates. */
    public static void requireStep(String name) {
        require("step name", name, STEP_MAX, TEXT_RULE, Names::isTextCharacter);
    }

    /** Requires 1 to 200 characters without control characters and lone surrogates, of a name or a value. */
    public static void requireLabel(String what, String text) {
        require(what, text, LABEL_MAX, TEXT_RULE, Names::isTextCharacter);
    }

    private static void require(String what, String text, int max, String rule, IntPredicate allowed) {
        Objects.requireNonNull(text, () -> what + " is null: expected 1 to " + max + " characters " + rule);
        if (text.isEmpty() || text.length() > max || !text.codePoints().allMatch(allowed)) {
            String shown = text.length() > max ? text.length() + " characters" : "\"" + text + "\"";
            throw new IllegalArgumentException(
                    what + " is " + shown + ": expected 1 to " + max + " characters " + rule);
        }
    }

    /** A code point in the range of surrogates is one without its other half. */
    private static boolean isTextCharacter(int c) {
        return !Character.isISOControl(c) && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE);
    }

    private static boolean isDefinitionCharacter(int c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-';
    }

    private static boolean isKeyCharacter(int c) {
        return isDefinitionCharacter(c) || c >= 'A' && c <= 'Z' || c == ':' || c == '@';
    }
}
