package dev.holdfast;

import dev.holdfast.admin.Admin;
import io.opentelemetry.api.OpenTelemetry;
import java.util.Collection;

/**
 * A running engine: submits workflows and finds them again. Made by the entry point of a store, such as
 * {@code PostgresHoldfast.on(dataSource)}. Safe for all threads. Every call may throw
 * {@link StoreUnavailableException}.
 *
 * <pre>{@code
 * try (Holdfast holdfast = PostgresHoldfast.on(dataSource).register(PAY, new Pay(bank)).start()) {
 *     Receipt receipt = holdfast.submit(PAY, order, Submission.key("order-42")).result(Duration.ofSeconds(30));
 * }
 * }</pre>
 */
public interface Holdfast extends AutoCloseable {
    /**
     * Accepts a workflow and returns once that is committed. Throws {@link InvalidInputException},
     * {@link TooLargeException} or {@link UnknownDefinitionException} with nothing accepted,
     * {@link SubmissionConflictException} when the key or id belongs to a workflow with another input or definition,
     * {@link SubmissionHeldException} while an open transaction holds the key, {@link ErasedException} when its
     * workflow was erased, {@link OverloadedException} while this node has too much unwritten work, and
     * {@link StoreUnavailableException} when it is unknown whether the workflow was accepted: submit the same again.
     */
    <I, O> WorkflowHandle<O> submit(Definition<I, O> definition, I input, Submission submission);

    /** Submits without a key: every call starts a new workflow. */
    default <I, O> WorkflowHandle<O> submit(Definition<I, O> definition, I input) {
        return submit(definition, input, Submission.plain());
    }

    /**
     * Submits JSON: checks the input strictly against the type of the definition (unknown members are refused) and
     * stores it as it came. Takes the newest registered version of the definition. Throws as {@link #submit}.
     */
    WorkflowHandle<byte[]> submitJson(String definition, byte[] input, Submission submission);

    /** Submits JSON to this version of the definition. Throws as {@link #submit}. */
    WorkflowHandle<byte[]> submitJson(String definition, int version, byte[] input, Submission submission);

    /** The workflow of this id, its result as JSON. Throws {@link UnknownWorkflowException}. */
    WorkflowHandle<byte[]> handle(String id);

    /** The registered definitions, by name and version. */
    Collection<Definition<?, ?>> definitions();

    /** What operators ask: inspection, actions, dead letters, retention, audit, nodes and health. */
    Admin admin();

    /**
     * Stops accepting, lets running steps end within the grace period, interrupts the rest, releases the ownership.
     * Workflows that have not ended go on at the next start. May be called twice.
     */
    @Override
    void close();

    /**
     * Configures an engine and starts it. Made by the entry point of a store. Used by one thread; each builder starts
     * one engine.
     */
    interface Builder {
        /**
         * Adds a workflow. Throws {@link IllegalArgumentException} when this name and version are registered already.
         */
        <I, O> Builder register(Definition<I, O> definition, Workflow<I, O> workflow);

        /** Sets the limits; the default is {@link EngineConfig#defaults()}. */
        Builder config(EngineConfig limits);

        /** Sets the codec; the default is {@link JacksonCodec}. */
        Builder codec(Codec codec);

        /** Reports metrics and traces there; the default is nowhere. The caller closes it, after the engine. */
        Builder telemetry(OpenTelemetry telemetry);

        /**
         * Starts the engine. Waits while a former process of this node's name may still live. Throws
         * {@link HoldfastException} when another process has the name, or the store cannot be used.
         */
        Holdfast start();
    }
}
