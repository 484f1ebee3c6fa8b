package dev.holdfast;

import java.util.Collection;

/**
 * Thrown to a submitter whose definition, or version of it, is not registered on this node. Nothing was accepted.
 * Unchecked, immutable.
 */
public class UnknownDefinitionException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine; {@code known} are the names, or versions, that are registered here. */
    public UnknownDefinitionException(String name, Collection<String> known) {
        super("no workflow definition \"" + name + "\" is registered here; registered are " + known
                + ": check the name, or register it before the engine starts");
    }
}
