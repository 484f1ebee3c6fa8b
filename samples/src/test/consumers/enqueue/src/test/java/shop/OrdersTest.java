package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.Submission;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.connect.PostgresConfig;
import java.time.Duration;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/** In each library the order and its workflow are there together, or neither is. */
class OrdersTest {
    private static final Duration WAIT = Duration.ofSeconds(30);

    private static final DataSource DATABASE = database();
    private static final Jdbi JDBI = Jdbi.create(DATABASE);
    private static final Definition<Order, Integer> TAKE = Definition.of("take", 1, Order.class, Integer.class);
    private static Holdfast holdfast;

    private static DataSource database() {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(System.getenv("SHOP_DATABASE_URL"));
        return dataSource;
    }

    @BeforeAll
    static void start() {
        JDBI.useHandle(handle -> handle.execute("create table orders (id text primary key, total bigint not null)"));
        holdfast = PostgresHoldfast.on(PostgresConfig.of(System.getenv("SHOP_DATABASE_URL")).nodeName("shop"))
                .register(Order.DEFINITION, (ctx, order) -> ctx.step("ship", String.class, step -> "sent " + order.id()))
                .register(TAKE, new SpringStock()::take)
                .start();
    }

    @AfterAll
    static void close() {
        holdfast.close();
    }

    /** The second order has the key of the first one, and so no row, and no workflow: its total is another one. */
    private static void assertTogether(String name, Function<Order, String> place) {
        String id = place.apply(new Order(name, 1));
        assertEquals("sent " + name, holdfast.handle(Order.DEFINITION, id).result(WAIT));
        holdfast.submitJson(
                "order", "{\"id\":\"x\",\"total\":1}".getBytes(), Submission.key("order-" + name + "-2"));
        assertThrows(RuntimeException.class, () -> place.apply(new Order(name + "-2", 2)));
        assertEquals(0, count("select count(*) from orders where id = '" + name + "-2'"));
        assertThrows(RuntimeException.class, () -> place.apply(new Order(name, 3)));
        assertEquals(1, count("select count(*) from holdfast.workflow where key = 'order-" + name + "'"));
    }

    private static int count(String sql) {
        return JDBI.withHandle(handle -> handle.createQuery(sql).mapTo(Integer.class).one());
    }

    @Test
    void withSpring() {
        try (var context = new AnnotationConfigApplicationContext(Beans.class)) {
            assertTogether("spring", context.getBean(SpringOrders.class)::place);
        }
    }

    @Configuration
    @EnableTransactionManagement(proxyTargetClass = true)
    static class Beans {
        @Bean
        PlatformTransactionManager transactions() {
            return new DataSourceTransactionManager(DATABASE);
        }

        @Bean
        SpringOrders orders() {
            return new SpringOrders(new JdbcTemplate(DATABASE), holdfast);
        }
    }

    @Test
    void inATransactionalStepWithSpring() {
        JDBI.useHandle(handle -> {
            handle.execute("create table stock (item text primary key, available bigint not null)");
            handle.execute("insert into stock values ('bike', 10)");
        });
        assertEquals(1, holdfast.submit(TAKE, new Order("bike", 3)).result(WAIT));
        assertEquals(7, count("select available from stock"));
    }

    @Test
    void withJooq() {
        assertTogether("jooq", new JooqOrders(DSL.using(DATABASE, SQLDialect.POSTGRES), holdfast)::place);
    }

    @Test
    void withJdbi() {
        assertTogether("jdbi", new JdbiOrders(JDBI, holdfast)::place);
    }
}
