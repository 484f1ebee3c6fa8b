package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.Holdfast;
import dev.holdfast.Submission;
import dev.holdfast.server.HoldfastServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "holdfast.port=0")
class ShopTest {
    @Autowired
    private Holdfast holdfast;

    @Autowired
    private HoldfastServer server;

    @Value("${local.server.port}")
    private int port;

    private static HttpResponse<String> get(String url) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    @Test
    void paysAndIsServed() throws Exception {
        Pay.Receipt receipt = holdfast.submit(Pay.DEFINITION, new Pay.Order("tok", 4200), Submission.id("order-1"))
                .result(Duration.ofSeconds(30));
        assertEquals("paid 4200", receipt.payment());

        HttpResponse<String> served = get(server.url() + "/v1/workflows/order-1");
        assertEquals(200, served.statusCode(), served.body());
        assertTrue(served.body().contains("COMPLETED"), served.body());

        HttpResponse<String> health = get("http://127.0.0.1:" + port + "/actuator/health");
        assertEquals(200, health.statusCode(), health.body());
        assertTrue(health.body().contains("holdfast"), health.body());
    }
}
