package dev.holdfast.admin;

/**
 * Makes free text storable: PostgreSQL refuses U+0000, UTF-8 has no lone surrogates, and columns have limits. Called by
 * the engine and its stores. Stateless.
 */
public final class StorableText {
    private StorableText() {}

    /**
     * Cuts a text to {@code max} characters, with an ellipsis at the cut, and replaces each character that cannot be
     * stored by U+FFFD.
     */
    public static String storable(String text, int max) {
        String cut = text.length() > max ? text.substring(0, max - 1) + "…" : text;
        return isStorable(cut) ? cut : clean(cut);
    }

    /**
     * Throws {@link InvalidOptionException} unless the text has 1 to {@code max} characters, not all blank, that can be
     * stored as they are; {@code what} names it in the message.
     */
    public static void requireStorable(String what, String text, int max) {
        if (text.isBlank() || text.length() > max || !storable(text, max).equals(text)) {
            throw new InvalidOptionException(
                    what,
                    what + " has " + text.length() + " characters: expected 1 to " + max
                            + ", not all blank, without U+0000 and lone surrogates");
        }
    }

    private static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    private static String clean(String text) {
        StringBuilder cleaned = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c == 0 || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .forEach(cleaned::appendCodePoint);
        return cleaned.toString();
    }
}
