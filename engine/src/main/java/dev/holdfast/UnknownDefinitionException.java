package dev.holdfast;

import java.util.Collection;

/**
 * Thrown to a submitter whose definition, or version of it, is not registered on this node or, if this node is a
 * gateway, on any. Nothing was accepted. Unchecked, immutable.
 */
public class UnknownDefinitionException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    private UnknownDefinitionException(String message) {
        super(message);
    }

    /** Made by a gateway; {@code known} are the versions that other nodes announce. */
    public static UnknownDefinitionException announced(String name, Collection<String> known) {
        return new UnknownDefinitionException("no node announces the workflow definition \"" + name
                + "\"; announced are " + known + ": check the name, or start a node that registers it");
    }

    /** Made by the engine; {@code known} are the names, or versions, that are registered here. */
    public UnknownDefinitionException(String name, Collection<String> known) {
        super("no workflow definition \"" + name + "\" is registered here; registered are " + known
                + ": check the name, or register it before the engine starts");
    }
}
