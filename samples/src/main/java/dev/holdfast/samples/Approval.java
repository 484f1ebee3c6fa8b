package dev.holdfast.samples;

import dev.holdfast.Definition;
import dev.holdfast.Signal;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.samples.probe.Inputs;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sample: asks somebody for an approval, reminds daily, and gives up after two days. While it waits it costs no thread,
 * and no restart makes it forget how long it has waited. Run by the engine, on many threads; stateless.
 */
public final class Approval implements Workflow<Approval.Request, Approval.Answer> {
    public static final Definition<Request, Answer> DEFINITION =
            Definition.of("approval", 1, Request.class, Answer.class);
    /** The answer, sent by {@code POST /v1/workflows/<id>/signals/answer}. */
    public static final Signal<Answer> ANSWER = Signal.named("answer", Answer.class);

    private static final Logger LOG = LoggerFactory.getLogger(Approval.class);
    private static final int REMINDERS_MAX = 1;

    /** The input; {@code remindAfter} in ISO 8601, a day if absent. */
    public record Request(
            String approver, String subject, @Nullable Duration remindAfter) {
        /** Throws {@code InvalidInputException} for invalid members. */
        public Request {
            approver = Inputs.text("approver", approver);
            subject = Inputs.text("subject", subject);
        }

        Duration patience() {
            return remindAfter == null ? Duration.ofDays(1) : remindAfter;
        }
    }

    /** The answer, and so the result. */
    public record Answer(boolean approved, String by) {}

    @Override
    public Answer run(WorkflowContext ctx, Request request) {
        ctx.run("ask", step -> send(request, "please answer", step.idempotencyKey()));
        Optional<Answer> answer = ctx.awaitSignal(ANSWER, request.patience());
        for (int reminders = 0; answer.isEmpty() && reminders < REMINDERS_MAX; reminders++) {
            ctx.run("remind", step -> send(request, "please answer, this is a reminder", step.idempotencyKey()));
            answer = ctx.awaitSignal(ANSWER, request.patience());
        }
        return answer.orElseThrow(() -> new WorkflowFailedException("nobody answered in time"));
    }

    /** Stands in for a mail service that takes an idempotency key. */
    private static void send(Request request, String text, String key) {
        LOG.info("to {}: {}: {} (key {})", request.approver(), request.subject(), text, key);
    }
}
