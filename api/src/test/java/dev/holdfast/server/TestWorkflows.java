package dev.holdfast.server;

import dev.holdfast.Branch;
import dev.holdfast.Callback;
import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Signal;
import dev.holdfast.Step;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowFailedException;
import io.opentelemetry.api.trace.Span;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.slf4j.MDC;

/** Small workflows: one for each way to end, wait or park. */
public final class TestWorkflows {
    static final Definition<Order, Receipt> ORDER = Definition.of("test.order", 1, Order.class, Receipt.class);
    static final Definition<Order, Receipt> ORDER_2 = Definition.of("test.order", 2, Order.class, Receipt.class);
    static final Definition<Order, Receipt> FAILS = Definition.of("test.fails", 1, Order.class, Receipt.class);
    static final Definition<Order, Receipt> PARKS = Definition.of("test.parks", 1, Order.class, Receipt.class);
    static final Definition<Order, Receipt> BREAKS = Definition.of("test.breaks", 1, Order.class, Receipt.class);
    /** Runs at most once: its first attempt takes longer than its timeout. */
    static final Definition<Order, Receipt> DOUBTS = Definition.of("test.doubts", 1, Order.class, Receipt.class);

    static final Definition<Order, Receipt> BUG = Definition.of("test.bug", 1, Order.class, Receipt.class);
    static final Definition<Order, Receipt> WAITS = Definition.of("test.waits", 1, Order.class, Receipt.class);
    static final Definition<Object, String> TRACE = Definition.of("test.trace", 1, Object.class, String.class);
    /** Takes the input of the example in the OpenAPI document. */
    static final Definition<Sale, Sale> SALE = Definition.of("probe.order", 1, Sale.class, Sale.class);

    static final Definition<Object, Object> ECHO = Definition.of("test.echo", 1, Object.class, Object.class);

    /** Waits two days for {@link #APPROVAL}. */
    static final Definition<Order, Approval> APPROVES = Definition.of("test.approves", 1, Order.class, Approval.class);

    /** Hands the URL of a callback to {@link #urls}, and waits for the answer. */
    static final Definition<Order, Approval> CALLS = Definition.of("test.calls", 1, Order.class, Approval.class);

    static final Definition<Order, Receipt> SLEEPS = Definition.of("test.sleeps", 1, Order.class, Receipt.class);

    /** Publishes an offer, waits two days for {@link #APPROVAL}, and publishes who gave it. */
    static final Definition<Order, Approval> PUBLISHES =
            Definition.of("test.publishes", 1, Order.class, Approval.class);

    /** Publishes its input so many times, and waits for {@link #APPROVAL} before the first and behind the last. */
    static final Definition<Burst, Integer> BURST = Definition.of("test.burst", 1, Burst.class, Integer.class);

    /** Starts {@link #SLEEPS}, and waits in branches for {@link #ORDER}, {@link #APPROVES} and {@link #APPROVAL}. */
    static final Definition<Order, String> FAMILY = Definition.of("test.family", 1, Order.class, String.class);

    /** Waits in branches for twelve {@link #SLEEPS} and as many signals. */
    static final Definition<Order, String> FAN = Definition.of("test.fan", 1, Order.class, String.class);

    /** One branch loses while it waits for {@link #APPROVAL}. */
    static final Definition<Order, String> RACE = Definition.of("test.race", 1, Order.class, String.class);

    static final Definition<Order, String> PARKS_IN_BRANCH =
            Definition.of("test.parks-in-branch", 1, Order.class, String.class);

    static final Signal<Approval> APPROVAL = Signal.named("approval", Approval.class);

    /** What {@link #WAITS} waits for. */
    public final CountDownLatch gate = new CountDownLatch(1);

    /** By workflow. */
    final Map<String, String> urls = new ConcurrentHashMap<>();

    /** The ids of those {@link #WAITS} whose body has begun. */
    final Set<String> waiting = ConcurrentHashMap.newKeySet();

    record Order(String item, int quantity) {
        Order {
            if (quantity < 0) {
                throw new IllegalArgumentException("quantity is " + quantity + ": expected 0 or more");
            }
        }
    }

    record Receipt(String item, int total) {}

    record Approval(String by) {}

    record Burst(int times, int length) {}

    record Sale(String item, int quantity, String cardToken) {}

    public Holdfast.Builder register(Holdfast.Builder builder) {
        return builder.register(ORDER, (ctx, order) -> ctx.step("price", Receipt.class, step -> receipt(order, 1)))
                .register(ORDER_2, (ctx, order) -> ctx.step("price", Receipt.class, step -> receipt(order, 2)))
                .register(FAILS, (ctx, order) -> {
                    throw new WorkflowFailedException("no " + order.item() + " left");
                })
                .register(
                        PARKS,
                        (ctx, order) ->
                                ctx.step(Step.named("break").retry(RetryPolicy.never()), Receipt.class, step -> {
                                    throw new IllegalStateException("broken");
                                }))
                .register(BREAKS, TestWorkflows::breaks)
                .register(DOUBTS, TestWorkflows::doubts)
                .register(BUG, (ctx, order) -> {
                    ctx.run("fine", step -> {});
                    throw new IllegalStateException("a bug");
                })
                .register(WAITS, (ctx, order) -> {
                    ctx.run("wait", step -> {
                        waiting.add(step.workflowId());
                        gate.await();
                    });
                    return receipt(order, 1);
                })
                .register(
                        TRACE,
                        (ctx, input) -> ctx.step(
                                "ask",
                                String.class,
                                step -> Span.current().getSpanContext().getTraceId() + ", log lines of "
                                        + MDC.get("workflow") + " in " + MDC.get("traceId")))
                .register(
                        APPROVES,
                        (ctx, order) -> ctx.awaitSignal(APPROVAL, Duration.ofDays(2))
                                .orElseThrow(() -> new WorkflowFailedException("nobody approved within two days")))
                .register(CALLS, (ctx, order) -> {
                    Callback<Approval> callback = ctx.callback("paid", Approval.class);
                    ctx.run("send", step -> urls.put(step.workflowId(), callback.url()));
                    return callback.await();
                })
                .register(PUBLISHES, (ctx, order) -> {
                    ctx.publish("offer", receipt(order, 1));
                    Approval approval = ctx.awaitSignal(APPROVAL);
                    ctx.publish("approval", approval);
                    ctx.publish("offer", receipt(order, 2));
                    boolean unused = ctx.changed("offers"); // for its item in the history
                    return approval;
                })
                .register(BURST, TestWorkflows::burst)
                .register(SLEEPS, (ctx, order) -> {
                    ctx.sleep(Duration.ofDays(2));
                    return receipt(order, 1);
                })
                .register(FAMILY, TestWorkflows::family)
                .register(FAN, TestWorkflows::fan)
                .register(RACE, TestWorkflows::race)
                .register(PARKS_IN_BRANCH, TestWorkflows::parkInBranch)
                .register(SALE, (ctx, sale) -> sale)
                .register(ECHO, (ctx, input) -> input == null ? Map.of() : input);
    }

    private static int burst(WorkflowContext ctx, Burst burst) {
        ctx.awaitSignal(APPROVAL);
        for (int i = 0; i < burst.times(); i++) {
            ctx.publish("burst", i + " ".repeat(burst.length()));
        }
        ctx.awaitSignal(APPROVAL);
        return burst.times();
    }

    private static String race(WorkflowContext ctx, Order order) {
        return ctx.race(List.of(
                branch -> {
                    branch.awaitSignal(APPROVAL, Duration.ofDays(2));
                    return "late";
                },
                branch -> {
                    branch.sleep(Duration.ofMillis(20));
                    return "first";
                }));
    }

    private static String parkInBranch(WorkflowContext ctx, Order order) {
        return ctx.all(List.<Branch<String>>of(branch -> "fine", branch -> {
                    branch.now();
                    return branch.step(Step.named("break").retry(RetryPolicy.never()), String.class, step -> {
                        throw new IllegalStateException("broken");
                    });
                }))
                .getLast();
    }

    private static String fan(WorkflowContext ctx, Order order) {
        ctx.map(
                List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
                12,
                (branch, number) -> branch.all(List.<Branch<Object>>of(
                        one -> one.child(SLEEPS, order),
                        one -> one.awaitSignal(Signal.named("s-" + number, Approval.class)))));
        return "done";
    }

    private static String family(WorkflowContext ctx, Order order) {
        ctx.start(SLEEPS, order);
        ctx.all(List.<Branch<Object>>of(
                branch -> branch.child(ORDER, order),
                branch -> branch.child(APPROVES, order),
                branch -> branch.awaitSignal(APPROVAL)));
        return "done";
    }

    private static Receipt breaks(WorkflowContext ctx, Order order) {
        return ctx.step(Step.named("break-once").retry(RetryPolicy.never()), Receipt.class, step -> {
            if (step.attempt() == 1) {
                throw new IllegalStateException("broken for now");
            }
            return receipt(order, step.attempt());
        });
    }

    private static Receipt doubts(WorkflowContext ctx, Order order) {
        return ctx.step(Step.named("pay").atMostOnce().timeout(Duration.ofMillis(20)), Receipt.class, step -> {
            if (step.attempt() == 1) {
                new CountDownLatch(1).await();
            }
            return receipt(order, step.attempt());
        });
    }

    private static Receipt receipt(Order order, int price) {
        return new Receipt(order.item(), order.quantity() * price);
    }
}
