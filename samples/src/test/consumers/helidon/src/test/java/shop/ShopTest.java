package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class ShopTest {
    private static String get(String url) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                .body();
    }

    @Test
    void servesBoth() throws Exception {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(System.getenv("SHOP_DATABASE_URL"));
        try (Shop shop = new Shop(dataSource, (order, key) -> "paid " + order.cents(), 0)) {
            String url = "http://127.0.0.1:" + shop.port();

            assertEquals("hello", get(url + "/hello"));
            assertTrue(get(url + "/holdfast/v1/definitions").contains("pay"));
            assertTrue(get(url + "/holdfast/health/ready").contains("ready"));
        }
    }
}
