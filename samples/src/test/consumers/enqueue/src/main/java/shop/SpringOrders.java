package shop;

import dev.holdfast.Holdfast;
import dev.holdfast.Submission;
import dev.holdfast.postgres.Enqueue;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

public class SpringOrders {
    private final JdbcTemplate jdbc;
    private final Holdfast holdfast;

    public SpringOrders(JdbcTemplate jdbc, Holdfast holdfast) {
        this.jdbc = jdbc;
        this.holdfast = holdfast;
    }

    @Transactional
    public String place(Order order) {
        jdbc.update("insert into orders (id, total) values (?, ?)", order.id(), order.total());
        return jdbc.execute((ConnectionCallback<String>) connection -> Enqueue.in(holdfast, connection)
                .submit(Order.DEFINITION, order, Submission.key("order-" + order.id())));
    }
}
