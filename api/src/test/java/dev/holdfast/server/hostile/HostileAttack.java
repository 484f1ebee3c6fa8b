package dev.holdfast.server.hostile;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Deadline;
import dev.holdfast.server.Response;
import dev.holdfast.server.TestClient;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/** One attack of several hostile clients on a server, with its findings. */
final class HostileAttack implements AutoCloseable {
    private static final int CLIENTS = 4;
    private static final int FINDINGS_MAX = 10;
    /** A client that sends more than this after a rejection may lose the response. */
    private static final int CUT_BYTES = 60_000;

    private static final int SHOWN_MAX = 1_000;

    private static final Set<String> READING = Set.of("GET", "HEAD");

    /** Statuses that must occur, or the requests were rejected too early to test much. */
    private static final Set<Integer> REACHED = Set.of(200, 202, 400, 403, 404, 405, 409, 413, 414, 415, 431);

    private final int port;
    private final TestClient friend;
    private final List<String> authorizations;
    private final Set<Integer> excused;
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final Set<String> erased = ConcurrentHashMap.newKeySet();
    private final Queue<String> written = new ConcurrentLinkedQueue<>();
    private final Set<Integer> statuses = ConcurrentHashMap.newKeySet();
    private final Queue<String> findings = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unknown = new AtomicInteger();
    private final AtomicInteger next = new AtomicInteger();

    /**
     * {@code friend} is authenticated; the others use one of these headers, if there are any. {@code excused} statuses
     * of 500 and more are no finding.
     */
    HostileAttack(int port, TestClient friend, List<String> authorizations, Set<Integer> excused) {
        this.port = port;
        this.friend = friend;
        this.authorizations = authorizations;
        this.excused = excused;
    }

    static HostileAttack byAnybody(int port) {
        return new HostileAttack(port, new TestClient(() -> "http://127.0.0.1:" + port), List.of(), Set.of());
    }

    /** {@code known} are ids of existing workflows and dead letters. */
    void run(long seed, int count, List<String> known) throws InterruptedException {
        HostileRequests requests = new HostileRequests(seed, known, authorizations);
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(Thread.ofPlatform().start(() -> attack(requests, count)));
        }
        for (Thread client : clients) {
            client.join();
        }
    }

    /** Ids of one workflow of each kind, of a dead letter, and an unused one. */
    List<String> known() {
        List<String> known = new ArrayList<>();
        for (String type : new String[] {"test.order", "test.fails", "test.parks", "test.waits"}) {
            known.add(friend.post("/v1/workflows/" + type, ORDER).text("id"));
        }
        accepted.addAll(known);
        known.addAll(List.of("mine-1", "mine-2"));
        known.add(Deadline.until(
                () -> friend.get("/v1/dead-letters").json().at("/items/0/id").asString(), id -> !id.isEmpty()));
        return known;
    }

    private void attack(HostileRequests requests, int count) {
        try (HostileClient client = new HostileClient(port)) {
            for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
                HostileRequest request = requests.number(number);
                try {
                    Response response = client.send(request);
                    HostileResponses.check(request, response, excused);
                    statuses.add(response.status());
                    takeAccepted(request, response);
                } catch (RuntimeException | AssertionError e) {
                    client.disconnect();
                    if (request.bytes().length > CUT_BYTES && e.getCause() instanceof SocketException) {
                        continue;
                    }
                    findings.add("number " + number + ": " + request + "\n=> " + printable(e) + "\nafter "
                            + client.before());
                }
            }
        }
    }

    private static String printable(Throwable thrown) {
        String text = thrown.toString();
        return text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "…" : text;
    }

    private void takeAccepted(HostileRequest request, Response response) {
        if (response.status() < 400 && !READING.contains(request.method().toUpperCase(Locale.ROOT))) {
            written.add(request.toString());
        }
        if (request.method().equals("POST") && response.status() == 503) {
            unknown.incrementAndGet();
        }
        if (request.method().equals("POST") && response.headers().containsKey("Location")) {
            accepted.add(response.text("id"));
        }
        if (request.method().equals("DELETE") && response.body().contains("\"ERASE")) {
            erased.add(response.text("id"));
        }
    }

    /** The first wrong responses, with their requests. */
    List<String> findings() {
        return findings.stream().limit(FINDINGS_MAX).toList();
    }

    /** The number of accepted writes. */
    List<String> written() {
        return List.copyOf(written);
    }

    /** The number of submissions whose commit is unknown. */
    int unknown() {
        return unknown.get();
    }

    Set<Integer> statuses() {
        return Set.copyOf(statuses);
    }

    void assertThatItWentFar() {
        assertThat(statuses).containsAll(REACHED);
    }

    /** Asserts that rejected requests changed no data. */
    void assertThatOnlyTheAcceptedIsThere() {
        accepted.removeAll(erased);
        Deadline.until(this::there, accepted::equals);
    }

    private Set<String> there() {
        Set<String> there = new HashSet<>();
        String query = "?limit=500";
        while (!query.isEmpty()) {
            JsonNode page = friend.get("/v1/workflows" + query).json();
            page.path("items").forEach(item -> there.add(item.path("id").asString()));
            JsonNode cursor = page.path("next");
            query = cursor.isNull() ? "" : "?limit=500&cursor=" + cursor.asString();
        }
        return there;
    }

    void assertThatTheRestGoesOn() {
        String id = friend.post("/v1/workflows/test.order", ORDER).text("id");
        Deadline.until(() -> friend.get("/v1/workflows/" + id).text("status"), "COMPLETED"::equals);
        friend.get("/health/ready").assertStatus().isEqualTo(200);
    }

    @Override
    public void close() {
        friend.close();
    }
}
