package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.Submission;
import dev.holdfast.server.NodeTelemetry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class ShopTest {
    private static String get(String url) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                .body();
    }

    @Test
    void servesItsWorkflowsAndMetrics() throws Exception {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(System.getenv("SHOP_DATABASE_URL"));
        try (Shop shop = new Shop(dataSource, (order, key) -> "paid " + order.cents(), 0)) {
            assertEquals(
                    "paid 4200",
                    shop.holdfast()
                            .submit(Pay.DEFINITION, new Pay.Order("tok", 4200), Submission.id("order-1"))
                            .result(Duration.ofSeconds(30))
                            .payment());

            assertTrue(get(shop.server().url() + "/v1/workflows/order-1").contains("COMPLETED"));
            assertTrue(get(shop.server().url() + "/metrics").contains("holdfast_workflows_ended_total"));
            assertTrue(get(shop.server().url() + "/health/ready").contains("ready"));
        }
    }

    @Test
    void hasATelemetryOfItsOwn() {
        NodeTelemetry.start().close();
    }
}
