package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.Holdfast;
import dev.holdfast.Submission;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class ShopTest {
    @Test
    void twoProcessesShareADatabase() {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(System.getenv("SHOP_DATABASE_URL"));
        Bank bank = (order, key) -> "paid " + order.cents();
        try (Holdfast one = Shop.start(dataSource, "shop-1", bank);
                Holdfast two = Shop.start(dataSource, "shop-2", bank)) {
            one.submit(Pay.DEFINITION, new Pay.Order("tok", 4200), Submission.id("order-1"));

            assertEquals(
                    "paid 4200",
                    two.handle(Pay.DEFINITION, "order-1").result(Duration.ofSeconds(30)).payment());
        }
    }
}
