package dev.holdfast.engine.dispatch;

import dev.holdfast.Definition;
import dev.holdfast.InvalidInputException;
import dev.holdfast.Signal;
import dev.holdfast.Submission;
import dev.holdfast.TooLargeException;
import dev.holdfast.engine.execution.ExecutionEnvironment;
import dev.holdfast.spi.EncodedSubmission;
import dev.holdfast.spi.SubmissionEncoder;
import dev.holdfast.spi.TraceContext;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a submission must be before anything is written. Safe for all threads. */
public final class CheckedSubmissions implements SubmissionEncoder {
    private final SubmittableDefinitions definitions;
    private final ExecutionEnvironment environment;
    private final Dispatcher dispatcher;
    private final OpenNode node;
    private final SignalSender signals;

    public CheckedSubmissions(
            SubmittableDefinitions definitions,
            ExecutionEnvironment environment,
            Dispatcher dispatcher,
            OpenNode node,
            SignalSender signals) {
        this.definitions = definitions;
        this.environment = environment;
        this.dispatcher = dispatcher;
        this.node = node;
        this.signals = signals;
    }

    @Override
    public <I> EncodedSubmission encode(Definition<I, ?> definition, @Nullable I input, Submission submission) {
        return node.call(() -> {
            Submittable submittable = definitions.require(Definitions.versionOf(definition));
            byte[] bytes = input(definition, input);
            requireRoom(bytes);
            return new EncodedSubmission(
                    creation(submittable, bytes, submission, false, null), signals.encode(submission));
        });
    }

    @Override
    public <T> byte[] encode(Signal<T> signal, T payload) {
        return node.call(() -> signals.encode(signal, payload));
    }

    /** Encodes an input. Throws {@link InvalidInputException} and {@link TooLargeException}. */
    public <I> byte[] input(Definition<I, ?> definition, @Nullable I input) {
        if (input == null && definition.input().type() != Void.class) {
            throw new InvalidInputException("input is null: expected a value of type " + definition.input());
        }
        return environment
                .values()
                .encode(() -> "the input", input, definition.input())
                .bytes();
    }

    /** Throws {@link TooLargeException} also for one that fits into no node like this: it would be parked at once. */
    void requireRoom(byte[] input) {
        int limit = Math.toIntExact(Math.min(
                environment.config().payloadMaxBytes(), dispatcher.bytes().largest()));
        if (input.length > limit) {
            throw new TooLargeException("the input", input.length, limit);
        }
    }

    /** Whether a submission starts later than now. */
    boolean isDelayed(Submission submission) {
        return submission.startFrom(environment.ownership().now()).isPresent();
    }

    /** The creation of a workflow. One that is delayed does not start here. */
    WorkflowWrite.Creation creation(
            Submittable definition, byte[] input, Submission submission, boolean starts, @Nullable TraceContext trace) {
        Instant now = environment.ownership().now();
        Instant start = submission.startFrom(now).orElse(null);
        return new WorkflowWrite.Creation(
                definition.version().definition(),
                definition.version().version(),
                submission.labels(),
                input,
                starts && start == null,
                trace,
                submission.submitter().orElse(null),
                deadline(definition, submission, now),
                null,
                start);
    }

    private static @Nullable Instant deadline(Submittable definition, Submission submission, Instant now) {
        return submission
                .deadlineFrom(now)
                .or(() -> definition
                        .code()
                        .map(code -> code.definition().deadline())
                        .map(now::plus))
                .orElse(null);
    }
}
