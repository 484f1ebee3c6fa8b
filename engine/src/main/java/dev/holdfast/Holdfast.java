package dev.holdfast;

import dev.holdfast.admin.Admin;
import io.opentelemetry.api.OpenTelemetry;
import java.util.Collection;

/**
 * A running engine: submits workflows and finds them again. The entry point of a store makes it, for example
 * {@code PostgresHoldfast.on(dataSource)}. Safe for all threads; a program needs one.
 *
 * <pre>{@code
 * try (Holdfast holdfast = PostgresHoldfast.on(dataSource).register(PAY, new Pay(bank)).start()) {
 *     Receipt receipt = holdfast.submit(PAY, order, Submission.key("order-42")).result(Duration.ofSeconds(30));
 * }
 * }</pre>
 *
 * <p>Every method that reads or writes throws {@link StoreUnavailableException} while the database does not answer.
 */
public interface Holdfast extends AutoCloseable {
    /**
     * Accepts a workflow and returns once the acceptance is committed, or joins the workflow that was accepted under
     * the same key or id. The input, as JSON, has at most {@link EngineConfig#payloadMaxBytes()}. Waits up to
     * {@link EngineConfig#acceptWait()} for the commit. Accepts nothing and throws
     *
     * <ul>
     *   <li>{@link UnknownDefinitionException} when the definition is not registered on this node or, if this node is a
     *       gateway, on any,
     *   <li>{@link InvalidInputException} when the input is null and its type is not {@code Void}, cannot be written as
     *       JSON or read again, or cannot be stored,
     *   <li>{@link TooLargeException} when the input is over its limit,
     *   <li>{@link SubmissionConflictException} when the key or id belongs to a workflow with another input or
     *       definition,
     *   <li>{@link SubmissionHeldException} while an open transaction holds the key or id,
     *   <li>{@link ErasedException} when the workflow of the key or id was erased,
     *   <li>{@link OverloadedException} while this node has too much unwritten work,
     *   <li>{@link NotAdoptedException} while the database is a restored copy that is not adopted.
     * </ul>
     *
     * Throws {@link StoreUnavailableException} while the database does not answer, and when the outcome of the commit
     * is unknown: submit again under the same key, or under {@link StoreUnavailableException#workflowId()} as the id,
     * so that the second submission joins the first.
     */
    <I, O> WorkflowHandle<O> submit(Definition<I, O> definition, I input, Submission submission);

    /** Submits without a key: every call starts a new workflow. Throws as the above. */
    default <I, O> WorkflowHandle<O> submit(Definition<I, O> definition, I input) {
        return submit(definition, input, Submission.plain());
    }

    /**
     * Submits JSON to the newest registered version of a definition. Checks the input strictly against the type of the
     * definition, so that an unknown member throws {@link InvalidInputException}, and stores the input as it came. A
     * gateway does not know the type and checks only that the input is JSON: the node that runs the workflow parks it
     * as UNDECODABLE if it does not fit. Throws as {@link #submit}.
     */
    WorkflowHandle<byte[]> submitJson(String definition, byte[] input, Submission submission);

    /** Submits JSON to a version of a definition. Checks and throws as the above. */
    WorkflowHandle<byte[]> submitJson(String definition, int version, byte[] input, Submission submission);

    /**
     * Sends a signal to a workflow, and returns the id of the signal once it is committed. It reaches the workflow
     * whether that waits for it already or not, on whichever node it runs. The payload, as JSON, has at most
     * {@link EngineConfig#signalMaxBytes()}. Throws {@link UnknownWorkflowException}, {@link WorkflowEndedException},
     * {@link InvalidInputException} when the payload is null or cannot be written as JSON, and
     * {@link TooLargeException}.
     */
    <T> String signal(String workflowId, Signal<T> signal, T payload);

    /**
     * Sends a signal under a key of the caller, 1 to 200 characters of {@code A-Z a-z 0-9 . _ : @ -}: the same signal
     * to the same workflow with the same key reaches it once, also if it is sent again after the workflow has ended.
     * Use it whenever a call may be repeated. Throws as the above.
     */
    <T> String signal(String workflowId, Signal<T> signal, T payload, String key);

    /** Sends a signal whose payload is JSON. Throws as {@link #signal}. */
    String signalJson(String workflowId, String name, byte[] payload);

    /** Sends a signal whose payload is JSON, under a key. Throws as {@link #signal}. */
    String signalJson(String workflowId, String name, byte[] payload, String key);

    /**
     * Accepts what an outside system has sent to a {@link WorkflowContext#callback callback}: the token is the last
     * segment of its URL, the payload is JSON. A repeat changes nothing, also after the end of the workflow. Throws
     * {@link UnknownCallbackException}, {@link InvalidInputException} and {@link TooLargeException}. Only programs call
     * it that serve the URLs with a server of their own.
     */
    void acceptCallback(String token, byte[] payload);

    /** Finds a workflow by its id; its result is JSON. Throws {@link UnknownWorkflowException}. */
    WorkflowHandle<byte[]> handle(String id);

    /**
     * Finds a workflow of this definition by its id. Throws {@link UnknownWorkflowException}. The definition need not
     * be registered on this node; its version does not count.
     */
    <I, O> WorkflowHandle<O> handle(Definition<I, O> definition, String id);

    /** Returns the definitions that are registered on this node, ordered by name and version. */
    Collection<Definition<?, ?>> definitions();

    /** For operators: inspection, actions, dead letters, retention, audit, nodes, adoption and health. */
    Admin admin();

    /**
     * Stops the node: rejects submissions, lets running steps end within {@link EngineConfig#shutdownGrace()},
     * interrupts the rest, and gives up the ownership. Workflows that have not ended continue on the other nodes, or at
     * the next start. Callers that wait for a result or an action get a {@link StoreUnavailableException} at once, as
     * does every later call. A second call does nothing. Throws {@link IllegalStateException} when the code of a
     * workflow of this node calls it.
     */
    @Override
    void close();

    /**
     * Configures an engine and starts it. The entry point of a store makes it. Not thread-safe; each builder starts one
     * engine.
     */
    interface Builder {
        /**
         * Registers the code of a definition. Register every version that open workflows still have. Throws
         * {@link IllegalArgumentException} when this name and version are registered already.
         */
        <I, O> Builder register(Definition<I, O> definition, Workflow<I, O> workflow);

        /** Sets the limits; the default is {@link EngineConfig#defaults()}. */
        Builder config(EngineConfig limits);

        /** Sets the codec; the default is {@link dev.holdfast.json.JacksonCodec}. */
        Builder codec(Codec codec);

        /** Sets the receiver of metrics and traces; the default drops them. The caller closes it, after the engine. */
        Builder telemetry(OpenTelemetry telemetry);

        /**
         * Starts the engine and continues the workflows of the store. Without a registered definition it is a gateway:
         * it runs nothing, and accepts, shows and changes the workflows of the other nodes. Waits while a former
         * process of the same node name may still live. Throws {@link HoldfastException} when another process has the
         * name, when the store cannot be used, and when the thread is interrupted, which keeps its interrupt.
         */
        Holdfast start();
    }
}
