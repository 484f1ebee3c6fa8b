package dev.holdfast.admin;

/**
 * Makes free text storable: PostgreSQL refuses U+0000, UTF-8 has no lone surrogates, and rows have limits. For the
 * engine and its stores; stateless.
 */
public final class StorableText {
    private StorableText() {}

    /** The text without what cannot be stored, cut to {@code max} characters with an ellipsis at the cut. */
    public static String storable(String text, int max) {
        String cut = text.length() > max ? text.substring(0, max - 1) + "…" : text;
        return isStorable(cut) ? cut : clean(cut);
    }

    /**
     * Throws {@link InvalidOptionException} unless it is 1 to {@code max} characters that can be stored as they are.
     */
    public static void requireStorable(String what, String text, int max) {
        if (text.isBlank() || text.length() > max || !storable(text, max).equals(text)) {
            throw new InvalidOptionException(
                    what,
                    what + " is " + text.length() + " characters long: expected 1 to " + max
                            + " that can be stored, and not all blank");
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
