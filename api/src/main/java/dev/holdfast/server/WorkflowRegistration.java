package dev.holdfast.server;

import dev.holdfast.Holdfast;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Registers the workflows of a node of the command line. The program that has them implements it; the thread that
 * starts the node calls it once, before the engine starts.
 */
@FunctionalInterface
public interface WorkflowRegistration {
    /**
     * Registers definitions, and creates what their steps need in the database of the node, null if it has none. An
     * exception ends the start. {@code allowHalt} allows probes to end the process of the node.
     */
    void register(Holdfast.Builder builder, @Nullable DataSource dataSource, boolean allowHalt);

    /** Registers no workflows. */
    static WorkflowRegistration none() {
        return (builder, dataSource, allowHalt) -> {};
    }
}
