package shop;

import dev.holdfast.Holdfast;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.server.HoldfastServer;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import javax.sql.DataSource;

public final class Shop implements AutoCloseable {
    private final Holdfast holdfast;
    private final WebServer server;

    Shop(DataSource dataSource, Bank bank, int port) {
        holdfast = PostgresHoldfast.on(dataSource)
                .register(Pay.DEFINITION, new Pay(bank))
                .start();
        server = WebServer.builder()
                .port(port)
                .routing(HttpRouting.builder()
                        .get("/hello", (request, response) -> response.send("hello"))
                        .addFeature(HoldfastServer.on(holdfast).below("/holdfast")))
                .build()
                .start();
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
        holdfast.close();
    }
}
