package dev.holdfast.server;

import dev.holdfast.Holdfast;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The workflows that {@code holdfast dev} and {@code holdfast serve --samples} bring along. Written by the module that
 * has them, called once, by the thread that starts the node, before the engine starts.
 */
@FunctionalInterface
public interface WorkflowRegistration {
    /**
     * Registers definitions, and makes what their steps need in the database of the node, if it has one. What it throws
     * ends the start. {@code allowHalt} lets those that are made for it end the process of the node.
     */
    void register(Holdfast.Builder builder, Optional<DataSource> dataSource, boolean allowHalt);

    /** No workflows at all. */
    static WorkflowRegistration none() {
        return (builder, dataSource, allowHalt) -> {};
    }
}
