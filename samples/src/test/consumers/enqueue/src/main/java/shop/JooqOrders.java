package shop;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.table;

import dev.holdfast.Holdfast;
import dev.holdfast.Submission;
import dev.holdfast.postgres.Enqueue;
import org.jooq.DSLContext;

public class JooqOrders {
    private final DSLContext database;
    private final Holdfast holdfast;

    public JooqOrders(DSLContext database, Holdfast holdfast) {
        this.database = database;
        this.holdfast = holdfast;
    }

    public String place(Order order) {
        return database.transactionResult(transaction -> {
            transaction.dsl().insertInto(table("orders"), field("id"), field("total"))
                    .values(order.id(), order.total())
                    .execute();
            return transaction.dsl().connectionResult(connection -> Enqueue.in(holdfast, connection)
                    .submit(Order.DEFINITION, order, Submission.key("order-" + order.id())));
        });
    }
}
