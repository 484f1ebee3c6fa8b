package shop;

import dev.holdfast.WorkflowContext;
import dev.holdfast.postgres.Transactional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

public class SpringStock {
    int take(WorkflowContext ctx, Order order) {
        return Transactional.step(ctx, "take", Integer.class, (handle, step) -> {
            JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(handle.getConnection(), true));
            return jdbc.update("update stock set available = available - ? where item = ?", order.total(), order.id());
        });
    }
}
