package shop;

import dev.holdfast.Definition;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;

public final class Pay implements Workflow<Pay.Order, Pay.Receipt> {
    public record Order(String card, long cents) {}

    public record Receipt(String payment) {}

    public static final Definition<Order, Receipt> DEFINITION = Definition.of("pay", 1, Order.class, Receipt.class);

    private final Bank bank;

    public Pay(Bank bank) {
        this.bank = bank;
    }

    @Override
    public Receipt run(WorkflowContext ctx, Order order) {
        String payment = ctx.step("charge", String.class, step -> bank.charge(order, step.idempotencyKey()));
        return new Receipt(payment);
    }
}
