package dev.holdfast.admin;

/**
 * A version of a definition, without its code. Immutable.
 *
 * @param definition its name
 */
public record DefinitionVersion(String definition, int version) implements Comparable<DefinitionVersion> {
    /** Orders by name, then by version. */
    @Override
    public int compareTo(DefinitionVersion other) {
        int byName = definition.compareTo(other.definition);
        return byName == 0 ? Integer.compare(version, other.version) : byName;
    }

    /** The form that is stored and shown, such as {@code pay/2}; no name of a definition has a slash. */
    public String text() {
        return definition + "/" + version;
    }

    /** Reads {@link #text()}. Throws {@link IllegalArgumentException} for another form. */
    public static DefinitionVersion parse(String text) {
        int slash = text.lastIndexOf('/');
        if (slash < 1) {
            throw new IllegalArgumentException("\"" + text + "\" is no version of a definition: expected name/version");
        }
        return new DefinitionVersion(text.substring(0, slash), Integer.parseInt(text, slash + 1, text.length(), 10));
    }
}
