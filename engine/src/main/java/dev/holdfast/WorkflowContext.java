package dev.holdfast;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;

/**
 * The commands that a workflow gives to the engine. The engine passes it to {@link Workflow#run}.
 *
 * <pre>{@code
 * String hold = ctx.step("hold", String.class, step -> bank.hold(order, step.idempotencyKey()));
 * Step capture = Step.named("capture").timeout(Duration.ofSeconds(10));
 * String payment = ctx.step(capture, String.class, step -> bank.capture(hold, step.idempotencyKey()));
 * ctx.run("mail", step -> mail.send(order, payment, step.idempotencyKey()));
 * }</pre>
 *
 * <p>The engine commits the intent of a step, with its idempotency key, before it calls the body. It records the
 * outcome once and returns it on every replay. A step value, as JSON, has at most
 * {@link EngineConfig#payloadMaxBytes()}.
 *
 * <p>A step that fails for good parks the workflow at that step, and the call does not return: an {@link Error} unwinds
 * the thread. A cancel and the loss of ownership unwind it in the same way. Workflow code must let every {@link Error}
 * pass.
 *
 * <p>Not thread-safe: only the thread of its branch may call it, and not from the body of a step. Both throw
 * {@link MisusedException}; a body that lets it pass parks the workflow at once, as NON_RETRYABLE.
 */
public interface WorkflowContext {
    /** Returns the id under which this workflow was accepted. */
    String workflowId();

    /**
     * Runs a step with the default retry policy and returns its value, which is stored as JSON of {@code type}. Throws
     * {@link StepRejectedException} when the body, now or on an earlier run, threw {@link StepRejected}.
     */
    <T> T step(String name, Class<T> type, StepBody<T> body);

    /**
     * Runs a step with options. Throws {@link StepRejectedException} when the body, now or on an earlier run, threw
     * {@link StepRejected} or a type that the step {@linkplain Step#rejects rejects}.
     */
    <T> T step(Step step, Class<T> type, StepBody<T> body);

    /** Runs a step whose value has type arguments: {@code new TypeToken<List<Order>>() {}}. Throws as the first. */
    <T> T step(String name, TypeToken<T> type, StepBody<T> body);

    /** Runs a step with options whose value has type arguments. Throws as the second. */
    <T> T step(Step step, TypeToken<T> type, StepBody<T> body);

    /** Runs a step without a value, with the default retry policy. Throws {@link StepRejectedException}. */
    void run(String name, StepAction body);

    /** Runs a step without a value, with options. Throws {@link StepRejectedException}. */
    void run(Step step, StepAction body);

    /**
     * Runs steps that can be undone. When {@link StepRejectedException}, {@link ChildFailedException},
     * {@link WorkflowFailedException} or a cancel leaves the block, the undo actions of the steps that succeeded run in
     * reverse order, each as a step, and the exception goes on. Any other exception parks the workflow without undoing,
     * so that corrected code can go on.
     */
    <T> T saga(SagaBody<T> body);

    /**
     * Waits for a time, which survives restarts and costs no thread if it is long. It is counted from the moment at
     * which the database has recorded it, by the clock of the database. Throws {@link IllegalArgumentException} for a
     * negative time, and for one over a hundred years.
     */
    void sleep(Duration time);

    /** Waits until this time by the clock of the database; a past time does not wait. Otherwise as {@link #sleep}. */
    void sleepUntil(Instant time);

    /**
     * Waits for a signal, takes the oldest of this name that has arrived, and returns its payload. Signals that arrive
     * before they are awaited are kept. Each is taken once. A payload that does not fit the type parks the workflow as
     * UNDECODABLE and is not taken, so that corrected code gets it.
     */
    <T> T awaitSignal(Signal<T> signal);

    /**
     * Waits for a signal as long as this; empty if none was sent in that time. A signal that was sent in time wins,
     * even if no node was there to receive it. Throws {@link IllegalArgumentException} as {@link #sleep}.
     */
    <T> Optional<T> awaitSignal(Signal<T> signal, Duration atMost);

    /**
     * Makes a URL for an outside system to answer at, once, without an API key: {@link Callback#url} goes to that
     * system with a step, {@link Callback#await()} waits for its answer. Parks the workflow as NON_RETRYABLE if this
     * node has no address at which it can be reached.
     *
     * @param name 1 to 100 characters of {@code a-z 0-9 . _ -}
     */
    <T> Callback<T> callback(String name, Class<T> type);

    /**
     * Runs another workflow, waits for its end, and returns its result. It is accepted in the commit of this call, by
     * any node, and has an id, a history and dead letters of its own; a child that is parked has not ended. Throws
     * {@link ChildFailedException} if it fails or is cancelled, and {@link UnknownDefinitionException} if this node
     * does not register that version; then nothing is started. What stops this workflow cancels the child, and waits
     * for its end.
     */
    <I, O> O child(Definition<I, O> definition, I input);

    /**
     * Starts another workflow, does not wait for it, and returns its id. It is accepted in the commit of this call, and
     * lives by itself. Throws as {@link #child}.
     */
    <I> String start(Definition<I, ?> definition, I input);

    /**
     * Runs branches at the same time, and returns their values in the order of the branches. When
     * {@link StepRejectedException}, {@link ChildFailedException}, {@link WorkflowFailedException} or
     * {@link DeadlineExceeded} leaves a branch, the others are stopped and the exception goes on; any other exception
     * parks the workflow.
     *
     * <p>A branch is stopped at its next call. The body of a step is interrupted, unless the step can be undone; sagas
     * are undone; and this call returns when all branches are out, however long a body takes that ignores the
     * interrupt: give it a {@linkplain Step#timeout timeout}. Throws {@link IllegalArgumentException} for more than
     * 10,000 branches; nothing was started then.
     */
    <T> List<T> all(List<Branch<T>> branches);

    /**
     * Runs branches at the same time; the first that ends decides: its value is returned, or its exception goes on. The
     * others are stopped as by {@link #all}, which also says what else is thrown. A replay has the same winner.
     */
    <T> T race(List<Branch<T>> branches);

    /**
     * Runs the same branch for each item, at most so many at the same time, and returns the values in the order of the
     * items. Otherwise as {@link #all}.
     */
    <I, T> List<T> map(List<I> items, int atATime, ItemBranch<I, T> body);

    /**
     * Returns the time by the clock of the database, which is recorded: a replay gets the same. Never before a time
     * that this workflow has read, or slept until, before.
     */
    Instant now();

    /** Returns a random UUID; a replay gets the same. It depends on the place of the call among the other calls. */
    UUID uuid();

    /** Returns a generator of random numbers; a replay gets the same numbers. Not for secrets. */
    RandomGenerator random();

    /**
     * Runs a block at whose calls neither a cancel nor the deadline is delivered; both come at the next call behind it.
     * The calls of a block that begins after a cancel work, too, so that code can clean up outside of a saga.
     */
    <T> T uncancellable(Supplier<T> block);

    /**
     * Shows this value to the outside under this name until the next one of the same name, also while the workflow is
     * not loaded and after its end: {@link WorkflowHandle#published} and HTTP return it. It is stored as JSON of its
     * class, with what the code records next, and never read by the workflow itself. A replay publishes nothing again.
     * Throws {@link TooLargeException} over 64 KiB, {@link InvalidInputException} for a value that cannot be written,
     * and {@link IllegalStateException} for more than 100 names in one workflow; then nothing is recorded.
     *
     * @param name 1 to 100 characters of {@code a-z 0-9 . _ -}
     */
    void publish(String name, Object value);

    /**
     * Whether a workflow takes the new way of changed code: true, also on every replay, if it had not come past this
     * place when it first ran this code; false if it had.
     *
     * <pre>{@code
     * if (ctx.changed("reserve")) {
     *     ctx.run("reserve", step -> stock.reserve(order, step.idempotencyKey()));
     * }
     * }</pre>
     *
     * <p>Each call is decided by itself: a loop takes the new way with its next iteration. To get one answer for
     * several places, keep it in a variable. The answer true is recorded as a marker, with what the code records next.
     * A marker that the code no longer asks for is skipped. No cancel, pause or deadline is delivered at this call.
     *
     * @param id of the change, 1 to 100 characters of {@code a-z 0-9 . _ -}
     */
    boolean changed(String id);

    /**
     * Registers an action that runs as a step when the workflow completes, fails or is cancelled; the last one
     * registered runs first. It does not run when the workflow is unloaded, parked or terminated. Use it in place of a
     * {@code finally} block, which also runs at each unloading and parking. Call it on every replay, like any other
     * method here.
     *
     * @param name of the step, 1 to 200 characters
     */
    void onExit(String name, StepAction action);

    /** Thrown to code that uses the context where it may not, because it would do so at the next attempt, too. */
    final class MisusedException extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        /** Made by the engine. */
        public MisusedException(String message) {
            super(message);
        }
    }

    /** Returns the logger {@code holdfast.<definition>}, which is silent on replay. */
    Logger log();
}
