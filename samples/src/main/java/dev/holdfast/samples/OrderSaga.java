package dev.holdfast.samples;

import dev.holdfast.Definition;
import dev.holdfast.Step;
import dev.holdfast.StepRejected;
import dev.holdfast.StepRejectedException;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.samples.probe.Inputs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sample: an order that reserves goods, charges a card and ships. If the charge is rejected, the saga releases the
 * reservation and the workflow fails. Every external call passes the step's idempotency key, because a body may run
 * twice. Run by the engine, on many threads; stateless.
 */
public final class OrderSaga implements Workflow<OrderSaga.Order, OrderSaga.Shipped> {
    public static final Definition<Order, Shipped> DEFINITION =
            Definition.of("probe.order", 1, Order.class, Shipped.class);

    private static final Logger LOG = LoggerFactory.getLogger(OrderSaga.class);

    /** The input; {@code failCharge} makes the payment service decline the card. */
    public record Order(String item, Integer quantity, String cardToken, Boolean failCharge) {
        /** Throws {@code InvalidInputException} for invalid members. Defaults: quantity 1, failCharge false. */
        public Order {
            item = Inputs.text("item", item);
            quantity = Inputs.within("quantity", quantity, 1, 1, 1_000);
            cardToken = Inputs.text("cardToken", cardToken);
            failCharge = Inputs.or(failCharge, false);
        }
    }

    /** The result of a successful order. */
    public record Shipped(String orderId, String status) {}

    @Override
    public Shipped run(WorkflowContext ctx, Order order) {
        try {
            return ctx.saga(saga -> {
                String reservation = saga.step(
                        "reserve",
                        String.class,
                        step -> reserve(order, step.idempotencyKey()),
                        (step, reserved) -> release(reserved, step.idempotencyKey()));
                String payment = saga.step(
                        Step.named("charge"),
                        String.class,
                        step -> charge(order, step.idempotencyKey()),
                        (step, paid) -> refund(paid, step.idempotencyKey()));
                String parcel = ctx.step("ship", String.class, step -> ship(reservation, payment));
                return new Shipped(parcel, "shipped");
            });
        } catch (StepRejectedException rejected) {
            throw new WorkflowFailedException("not ordered: " + rejected.reason(), rejected);
        }
    }

    // Stand-ins for the warehouse, the payment service and the carrier.

    private static String reserve(Order order, String key) {
        return order.quantity() + " " + order.item() + " reserved as " + key;
    }

    private static void release(String reservation, String key) {
        LOG.info("released: {}, with the key {}", reservation, key);
    }

    private static String charge(Order order, String key) {
        if (order.failCharge()) {
            throw new StepRejected("the card " + order.cardToken() + " was declined");
        }
        return "payment-" + key;
    }

    private static void refund(String payment, String key) {
        LOG.info("refunded: {}, with the key {}", payment, key);
    }

    private static String ship(String reservation, String payment) {
        return "order-" + Integer.toHexString((reservation + payment).hashCode());
    }
}
