package dev.holdfast.admin;

import java.util.function.IntPredicate;

/** The alphabets and lengths of names that users choose. Throws {@link IllegalArgumentException} with the rule. */
public final class Names {
    static final int DEFINITION_MAX = 100;
    static final int STEP_MAX = 200;
    static final int KEY_MAX = 200;
    public static final int LABELS_MAX = 20;
    static final int LABEL_MAX = 200;

    private Names() {}

    public static void requireDefinition(String name) {
        require("definition name", name, DEFINITION_MAX, "a-z 0-9 . _ -", Names::isDefinitionCharacter);
    }

    public static void requireKey(String what, String key) {
        require(what, key, KEY_MAX, "A-Z a-z 0-9 . _ : @ -", Names::isKeyCharacter);
    }

    public static void requireStep(String name) {
        require(
                "step name",
                name,
                STEP_MAX,
                "no control characters",
                c -> !Character.isISOControl(c) && !Character.isSurrogate((char) c));
    }

    public static void requireLabel(String what, String text) {
        require(
                what,
                text,
                LABEL_MAX,
                "no control characters",
                c -> !Character.isISOControl(c) && !Character.isSurrogate((char) c));
    }

    private static void require(String what, String text, int max, String alphabet, IntPredicate allowed) {
        if (text.isEmpty() || text.length() > max || !text.chars().allMatch(allowed)) {
            String shown = text.length() > max ? text.length() + " characters" : "\"" + text + "\"";
            throw new IllegalArgumentException(
                    what + " is " + shown + ": expected 1 to " + max + " characters of " + alphabet);
        }
    }

    private static boolean isDefinitionCharacter(int c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-';
    }

    private static boolean isKeyCharacter(int c) {
        return isDefinitionCharacter(c) || c >= 'A' && c <= 'Z' || c == ':' || c == '@';
    }
}
