package dev.holdfast;

import java.util.Collection;

/** Thrown to a submitter whose definition is not registered on this node. */
public class UnknownDefinitionException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine; {@code known} are the names registered here. */
    public UnknownDefinitionException(String name, Collection<String> known) {
        super("no workflow definition \"" + name + "\" is registered here; registered are " + known
                + ": check the name, or register it before the engine starts");
    }
}
