package shop;

import dev.holdfast.Holdfast;
import dev.holdfast.Submission;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.connect.PostgresConfig;
import java.time.Duration;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

public final class Shop {
    private Shop() {}

    /** One process of the application. */
    static Holdfast start(DataSource dataSource, String node, Bank bank) {
        return PostgresHoldfast.on(dataSource, PostgresConfig.defaults().nodeName(node))
                .register(Pay.DEFINITION, new Pay(bank))
                .start();
    }

    public static void main(String[] arguments) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(System.getenv("SHOP_DATABASE_URL"));
        try (Holdfast holdfast = start(dataSource, "shop-1", (order, key) -> "paid " + order.cents())) {
            Pay.Receipt receipt = holdfast.submit(
                            Pay.DEFINITION, new Pay.Order("tok", 4200), Submission.key("order-42"))
                    .result(Duration.ofSeconds(30));
            System.out.println(receipt.payment());
        }
    }
}
