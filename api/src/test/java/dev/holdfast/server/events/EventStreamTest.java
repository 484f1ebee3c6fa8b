package dev.holdfast.server.events;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Deadline;
import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.TestClient;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.http.RawRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of events: what they send, in which order, how they go on, and how they end. */
@Timeout(60)
class EventStreamTest {
    private static final Duration BEAT = Duration.ofMillis(50);
    private static final String BY_ANN = "{\"by\":\"ann\"}";

    private final EventStreams streams = new EventStreams(2, Duration.ofMinutes(1));

    private static String start(ServerFixture server, String type, String input) {
        String id = server.post("/v1/workflows/" + type, input).text("id");
        Deadline.until(() -> server.get("/v1/workflows/" + id).text("status"), "WAITING"::equals);
        return id;
    }

    private static void approve(ServerFixture server, String id) {
        server.post("/v1/workflows/" + id + "/signals/approval", BY_ANN)
                .assertStatus()
                .isEqualTo(202);
    }

    private static EventClient open(ServerFixture server, String id, String... headers) {
        return new EventClient(new TestClient(server::url), id, headers);
    }

    private static String status(String id, String status) {
        return "event: status|data: {\"id\":\"" + id + "\",\"status\":\"" + status + "\"}";
    }

    private static String withoutTime(String event) {
        return event.replaceFirst(",\"at\":\"[0-9T:.-]+Z\"}$", "}");
    }

    private static String published(int seq, String name, String value) {
        return "id: " + seq + "|event: published|data: {\"name\":\"" + name + "\",\"value\":" + value + "}";
    }

    /** Without the statuses between, of which a poll may miss some. */
    private static List<String> rest(EventClient events, String id) {
        return events.rest().stream()
                .map(EventStreamTest::withoutTime)
                .filter(event -> !event.equals(status(id, "RUNNING")) && !event.equals(status(id, "WAITING")))
                .toList();
    }

    @Test
    void sendsWhatThereIsAndWhatFollowsUntilTheEnd() {
        try (ServerFixture server = ServerFixture.start()) {
            String id = start(server, "test.publishes", ORDER);
            try (EventClient events = open(server, id)) {
                assertThat(events.status()).isEqualTo(200);
                assertThat(events.header("Content-Type")).isEqualTo("text/event-stream");
                assertThat(events.header("Cache-Control")).isEqualTo("no-store");
                assertThat(events.header("X-Request-Id")).isNotEmpty();
                assertThat(events.next()).isEqualTo("retry: 2000");
                assertThat(events.next()).isEqualTo(status(id, "WAITING"));
                assertThat(withoutTime(events.next()))
                        .isEqualTo(published(1, "offer", "{\"item\":\"book\",\"total\":3}"));
                approve(server, id);
                List<String> rest = rest(events, id);
                assertThat(rest).hasSize(3);
                assertThat(rest.get(0)).endsWith("{\"name\":\"approval\",\"value\":" + BY_ANN + "}");
                assertThat(rest.get(1)).contains("event: published").contains("\"total\":6");
                assertThat(rest.get(2)).isEqualTo(status(id, "COMPLETED"));
            }
            Response last = server.get("/v1/workflows/" + id + "/published");
            assertThat(last.body()).contains("{\"items\":[{\"name\":\"approval\",\"value\":" + BY_ANN + ",\"at\":\"");
            assertThat(last.json().at("/items/1/value/total").asInt()).isEqualTo(6);
        }
    }

    @Test
    void eachEventHasTheIdOfTheLastValueThatWasSent() {
        try (ServerFixture server = ServerFixture.start()) {
            String id = start(server, "test.publishes", ORDER);
            approve(server, id);
            server.get("/v1/workflows/" + id + "/result?wait=20").assertStatus().isEqualTo(200);
            try (EventClient all = open(server, id, "Last-Event-ID", "1")) {
                assertThat(all.nextWithId()).isEqualTo("retry: 2000");
                assertThat(all.nextWithId()).startsWith("id: 1|event: status|");
                assertThat(all.nextWithId()).matches("id: [2-9]\\|event: published\\|.*");
            }
            try (EventClient none = open(server, id)) {
                assertThat(none.nextWithId()).isEqualTo("retry: 2000");
                assertThat(none.nextWithId()).startsWith("id: 0|event: status|");
            }
        }
    }

    @Test
    void goesOnAfterTheLastEventIdAndEndsForWhatHasEnded() {
        try (ServerFixture server = ServerFixture.start()) {
            String id = start(server, "test.publishes", ORDER);
            approve(server, id);
            server.get("/v1/workflows/" + id + "/result?wait=20").assertStatus().isEqualTo(200);
            try (EventClient all = open(server, id, "Last-Event-ID", "0")) {
                List<String> events = all.rest();
                assertThat(events).hasSize(5);
                assertThat(events.get(1)).isEqualTo(status(id, "COMPLETED"));
                String second = events.get(3);
                assertThat(second).contains("\"approval\"");
                String seq = second.substring("id: ".length(), second.indexOf('|'));
                try (EventClient later = open(server, id, "Last-Event-ID", seq)) {
                    assertThat(later.rest()).containsExactly(events.get(0), events.get(1), events.get(4));
                }
            }
            try (EventClient last = open(server, id)) {
                assertThat(last.rest()).hasSize(4).element(1).isEqualTo(status(id, "COMPLETED"));
            }
            try (EventClient none = open(server, id, "Last-Event-ID", "9999999999")) {
                assertThat(none.rest()).containsExactly("retry: 2000", status(id, "COMPLETED"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-1", "1.0", "12345678901", "1 2"})
    void rejectsAnotherLastEventId(String id) {
        try (ServerFixture server = ServerFixture.start()) {
            String workflow = start(server, "test.publishes", ORDER);
            server.send(server.request("/v1/workflows/" + workflow + "/events").header("Last-Event-ID", id))
                    .assertProblem(400, "INVALID_PARAMETER");
        }
    }

    @Test
    void respondsToHeadWithoutAStream() {
        try (ServerFixture server = ServerFixture.start()) {
            String path = "/v1/workflows/" + start(server, "test.publishes", ORDER) + "/events";
            Response head = server.send(server.request(path).method("HEAD", BodyPublishers.noBody()));
            head.assertStatus().isEqualTo(200);
            assertThat(head.header("Content-Type")).contains("text/event-stream");
        }
    }

    @Test
    void showsAWorkflowToThoseWhoMaySeeIt() {
        try (ServerFixture server = ServerFixture.start();
                TestClient admin = server.client(Role.ADMIN);
                TestClient viewer = server.client(Role.VIEWER, "test.pub");
                TestClient other = server.client(Role.VIEWER, "orders")) {
            String id = admin.post("/v1/workflows/test.publishes", ORDER).text("id");
            for (String path : List.of("/published", "/events")) {
                other.get("/v1/workflows/" + id + path).assertProblem(404, "UNKNOWN_WORKFLOW");
            }
            viewer.get("/v1/workflows/" + id + "/published").assertStatus().isEqualTo(200);
            try (EventClient events = new EventClient(viewer, id)) {
                assertThat(events.status()).isEqualTo(200);
            }
        }
    }

    @Test
    void sendsACommentAtEachBeatAndNoTimeoutCutsIt() {
        try (ServerFixture server = ServerFixture.start(
                Map.of("read-timeout", "100ms", "arrival-max", "100ms"), new EventStreams(2, BEAT))) {
            String id = start(server, "test.publishes", ORDER);
            try (EventClient events = open(server, id)) {
                for (int comments = 0; comments < 50; ) { // 2.5 s: connections are checked each second
                    comments += events.next().equals(":") ? 1 : 0;
                }
                approve(server, id);
                assertThat(events.rest()).endsWith(status(id, "COMPLETED"));
            }
        }
    }

    @Test
    void refusesMoreStreamsThanTheLimitUntilOneEnds() {
        EventStreams few = new EventStreams(2, BEAT);
        try (ServerFixture server = ServerFixture.start(Map.of(), few)) {
            String id = start(server, "test.publishes", ORDER);
            try (EventClient first = open(server, id);
                    EventClient second = open(server, id)) {
                assertThat(first.status()).isEqualTo(200);
                assertThat(second.status()).isEqualTo(200);
                Response third = server.get("/v1/workflows/" + id + "/events");
                third.assertProblem(429, "OVERLOADED");
                assertThat(third.header("Retry-After")).contains("5");
                assertThat(third.text("detail")).contains("their limit of 2");
            }
            Deadline.until(few::open, open -> open == 0); // the next beat finds that the clients are gone
            try (EventClient again = open(server, id)) {
                assertThat(again.status()).isEqualTo(200);
            }
        }
    }

    @Test
    void closesTheConnectionOfAClientThatDoesNotRead() {
        try (ServerFixture server = ServerFixture.start(Map.of("read-timeout", "1s"), streams)) {
            String id = start(server, "test.burst", "{\"times\":400,\"length\":60000}");
            try (RawRequest silent = new RawRequest(server.server.port())) {
                silent.write("GET /v1/workflows/" + id + "/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
                Deadline.until(streams::open, open -> open == 1);
                approve(server, id);
                Deadline.until(streams::open, open -> open == 0);
            }
            try (EventClient reads = open(server, id, "Last-Event-ID", "0")) {
                long values = 0;
                while (values < 400) {
                    values += reads.next().contains("event: published") ? 1 : 0;
                }
                approve(server, id);
                assertThat(reads.rest()).endsWith(status(id, "COMPLETED"));
            }
        }
    }

    @Test
    void endsStreamsWhenTheServerCloses() {
        try (ServerFixture server = ServerFixture.start(Map.of("finish-wait", "10m"), streams);
                RawRequest silent = new RawRequest(server.server.port())) {
            String quiet = start(server, "test.publishes", ORDER);
            String loud = start(server, "test.burst", "{\"times\":400,\"length\":60000}");
            silent.write("GET /v1/workflows/" + loud + "/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                    + "Last-Event-ID: 0\r\n\r\n");
            try (EventClient events = open(server, quiet)) {
                assertThat(events.next()).isEqualTo("retry: 2000");
                Deadline.until(streams::open, open -> open == 2);
                assertThat(server.get("/metrics").body()).contains("holdfast_event_streams 2.0");
                approve(server, loud);
                server.server.close();
                assertThat(events.rest()).hasSize(2);
                assertThat(streams.open()).isZero();
            }
        }
    }

    @Test
    void endsAStreamWhoseKeyIsRevoked() {
        EventStreams beating = new EventStreams(2, BEAT);
        try (ServerFixture server = ServerFixture.start(Map.of(), beating);
                TestClient admin = server.client(Role.ADMIN);
                TestClient viewer = server.client(Role.VIEWER)) {
            String id = admin.post("/v1/workflows/test.publishes", ORDER).text("id");
            String key = server.apiKeys.list().stream()
                    .filter(one -> one.role().equals("VIEWER"))
                    .findFirst()
                    .orElseThrow()
                    .id()
                    .toString();
            try (EventClient events = new EventClient(viewer, id)) {
                assertThat(events.next()).isEqualTo("retry: 2000");
                admin.delete("/v1/api-keys/" + key).assertStatus().isEqualTo(200);
                assertThat(events.rest()).isNotEmpty();
            }
            Deadline.until(beating::open, open -> open == 0);
        }
    }
}
