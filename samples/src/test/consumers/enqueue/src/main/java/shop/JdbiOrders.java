package shop;

import dev.holdfast.Holdfast;
import dev.holdfast.Submission;
import dev.holdfast.postgres.Enqueue;
import org.jdbi.v3.core.Jdbi;

public class JdbiOrders {
    private final Jdbi jdbi;
    private final Holdfast holdfast;

    public JdbiOrders(Jdbi jdbi, Holdfast holdfast) {
        this.jdbi = jdbi;
        this.holdfast = holdfast;
    }

    public String place(Order order) {
        return jdbi.inTransaction(handle -> {
            handle.execute("insert into orders (id, total) values (?, ?)", order.id(), order.total());
            return Enqueue.in(holdfast, handle.getConnection())
                    .submit(Order.DEFINITION, order, Submission.key("order-" + order.id()));
        });
    }
}
