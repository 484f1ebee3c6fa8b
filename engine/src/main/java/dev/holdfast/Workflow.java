package dev.holdfast;

/**
 * A business process, written as a plain method. Users implement it and register it with a {@link Definition}; the
 * engine calls {@link #run} on a virtual thread of its own.
 *
 * <pre>{@code
 * final class Pay implements Workflow<Order, Receipt> {
 *     public Receipt run(WorkflowContext ctx, Order order) {
 *         String payment = ctx.step("charge", String.class, step -> bank.charge(order, step.idempotencyKey()));
 *         ctx.run("mail", step -> mail.send(order, payment, step.idempotencyKey()));
 *         return new Receipt(payment);
 *     }
 * }
 * }</pre>
 *
 * <p>After a crash, a wait or a change of the owner the method runs again from its first line, on any node. Each step
 * that already has an outcome returns it without calling its body. The code between steps must therefore be
 * deterministic: it reads clocks, random numbers, files and other systems inside a step only.
 *
 * <p>One instance serves all workflows of its definition at the same time: keep state in local variables.
 */
@FunctionalInterface
public interface Workflow<I, O> {
    /**
     * Runs the process. {@link WorkflowFailedException} ends the workflow as FAILED. Any other exception, a
     * {@link StepRejectedException} included, parks it as a dead letter with the cause NON_RETRYABLE. The result, as
     * JSON, has at most {@link EngineConfig#payloadMaxBytes()}; a larger one parks the workflow as well.
     */
    O run(WorkflowContext ctx, I input) throws Exception;
}
