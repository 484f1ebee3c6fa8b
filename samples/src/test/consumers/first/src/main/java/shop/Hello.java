package shop;

import dev.holdfast.*;
import dev.holdfast.postgres.PostgresHoldfast;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;

public class Hello implements Workflow<Hello.Order, Hello.Receipt> {
    record Order(String card, long cents) {}
    record Receipt(String payment) {}

    static final Definition<Order, Receipt> PAY = Definition.of("pay", 1, Order.class, Receipt.class);

    @Override
    public Receipt run(WorkflowContext ctx, Order order) {
        String payment = ctx.step("charge", String.class, step -> // a call of the payment service
                order.cents() + " cents from " + order.card() + ", key " + step.idempotencyKey());
        ctx.run("mail", step -> System.out.println("mailed: " + payment));
        return new Receipt(payment);
    }

    public static void main(String[] arguments) {
        var dataSource = new PGSimpleDataSource();
        dataSource.setUrl(System.getenv("SHOP_DATABASE_URL"));
        try (var holdfast = PostgresHoldfast.on(dataSource).register(PAY, new Hello()).start()) {
            var paid = holdfast.submit(PAY, new Order("tok", 4200), Submission.key("order-42"));
            System.out.println(paid.id() + " " + paid.result(Duration.ofSeconds(30)));
        }
    }
}
