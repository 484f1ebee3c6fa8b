package dev.holdfast.server.hostile;

import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.openapi.OpenApi;
import dev.holdfast.server.openapi.OpenApi.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;

/**
 * Generates requests for every route of the OpenAPI document and for unknown paths. Most parts of a request are valid,
 * so that it gets far; some are not. The same seed and number give the same request.
 */
final class HostileRequests {
    private static final List<String> METHODS = List.of(
            "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "BREW", "get", "P\u0000ST");
    private static final List<String> PARAMETERS = List.of(
            "id", "version", "label.a", "label.", "status", "type", "after", "before", "limit", "cursor", "wait",
            "cause", "step", "reason", "queue", "delay", "colour");
    private static final List<String> HEADERS = List.of(
            "Host",
            "Origin",
            "Content-Type",
            "Content-Encoding",
            "Prefer",
            "Idempotency-Key",
            "Accept",
            "Cookie",
            "Connection",
            "Upgrade",
            "Expect",
            "Range",
            "If-None-Match",
            "X-Forwarded-For",
            "Authorization",
            "TE");
    private static final List<String> TYPES =
            List.of("test.order", "test.order", "test.echo", "test.fails", "probe.order", "test.waits", "test.none");
    private static final List<String> WRONG_LENGTHS = List.of(
            "Content-Length: 1\r\n",
            "Content-Length: 70000\r\n",
            "Content-Length: 99999999999999999999\r\n",
            "Content-Length: -1\r\n",
            "Content-Length: 0x10\r\n",
            "Content-Length: 2\r\nContent-Length: 3\r\n",
            "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: gzip\r\n",
            "Transfer-Encoding: chunked, chunked\r\n");

    private final long seed;
    private final List<String> ids;
    private final List<String> authorizations;
    /** Without streams of events, which have no end while their workflow waits. */
    private final List<Operation> operations = OpenApi.document().operations().stream()
            .filter(operation -> !operation.path().endsWith("/events"))
            .toList();

    /** {@code ids} are those of existing workflows and dead letters; without authorizations no header is sent. */
    HostileRequests(long seed, List<String> ids, List<String> authorizations) {
        this.seed = seed;
        this.ids = ids;
        this.authorizations = authorizations;
    }

    HostileRequest number(int number) {
        RandomGenerator random = new SplittableRandom(seed + number);
        Operation operation = HostileValues.one(random, operations);
        String method = rarely(random) ? HostileValues.one(random, METHODS) : operation.method();
        String target = path(random, operation) + query(random, operation);
        String body = method.equals("GET") && !rarely(random) ? "" : body(random, operation);
        String version = random.nextInt(200) == 0 ? "HTTP/" + HostileValues.text(random) : "HTTP/1.1";
        String head = method + " " + target + " " + version + "\r\n" + headers(random, method);
        return framed(random, new HostileRequest(method, target, head, body, !version.equals("HTTP/1.1")));
    }

    private static boolean rarely(RandomGenerator random) {
        return random.nextInt(12) == 0;
    }

    private String path(RandomGenerator random, Operation operation) {
        String value = rarely(random) || random.nextBoolean() && isOfOne(operation)
                ? rarely(random) ? HostileValues.text(random) : HostileValues.one(random, ids)
                : HostileValues.one(random, TYPES);
        String path = operation.at(Matcher.quoteReplacement(value));
        return switch (random.nextInt(60)) {
            case 0 -> path + "/" + HostileValues.text(random);
            case 1 -> "/" + HostileValues.text(random);
            case 2 ->
                path.replaceFirst("/", HostileValues.one(random, List.of("//", "/./", "/health/../", "/%2e%2e/")));
            case 3 -> path + HostileValues.text(random);
            case 4 -> "http://evil.example" + path;
            case 5 -> HostileValues.text(random);
            default -> path;
        };
    }

    private static boolean isOfOne(Operation operation) {
        return operation.path().contains("{id}") || operation.method().equals("DELETE");
    }

    /** Generates few valid removals, so that data is left for other requests. */
    private String query(RandomGenerator random, Operation operation) {
        String needed = OpenApi.document().requiredQuery(operation);
        if (!needed.isEmpty() && random.nextInt(50) == 0) {
            return needed;
        }
        StringBuilder query = new StringBuilder();
        while (random.nextInt(4) == 0) {
            query.append(query.isEmpty() ? "?" : "&")
                    .append(rarely(random) ? HostileValues.text(random) : HostileValues.one(random, PARAMETERS));
            if (!rarely(random)) {
                query.append('=')
                        .append(random.nextInt(3) == 0 ? HostileValues.one(random, ids) : HostileValues.text(random));
            }
        }
        return query.toString();
    }

    private String headers(RandomGenerator random, String method) {
        List<String> headers = new ArrayList<>();
        if (!rarely(random)) {
            headers.add("Host: 127.0.0.1");
        }
        if (!method.equals("GET") && !rarely(random)) {
            headers.add("Content-Type: application/json");
        }
        if (!authorizations.isEmpty() && !rarely(random)) {
            headers.add("Authorization: " + HostileValues.one(random, authorizations));
        }
        if (rarely(random)) {
            headers.add("Prefer: wait=" + random.nextInt(2));
        }
        if (rarely(random)) {
            headers.add("Idempotency-Key: " + HostileValues.one(random, ids));
        }
        while (rarely(random)) {
            headers.add(HostileValues.one(random, HEADERS) + ": " + HostileValues.text(random));
        }
        if (random.nextInt(300) == 0) {
            headers.add(HostileValues.text(random) + ": a");
        }
        if (random.nextInt(300) == 0) {
            headers.add("X: " + "a\r\nX: ".repeat(random.nextInt(3_000)));
        }
        StringBuilder lines = new StringBuilder();
        headers.forEach(header -> lines.append(header).append("\r\n"));
        return lines.toString();
    }

    private static String body(RandomGenerator random, Operation operation) {
        if (random.nextInt(3) > 0) {
            return HostileValues.json(random);
        }
        if (operation.method().equals("PUT")) {
            return "{\"keep\":\"P30D\",\"reason\":\"mended\"}";
        }
        return operation.path().endsWith("{name}") ? ServerFixture.ORDER : "{\"reason\":\"mended\"}";
    }

    /** Adds the length of the body, or a wrong one. */
    private static HostileRequest framed(RandomGenerator random, HostileRequest plain) {
        String body = plain.body();
        int kind = random.nextInt(50);
        if (kind < 2) {
            String head = plain.head() + HostileValues.one(random, WRONG_LENGTHS) + "\r\n";
            return new HostileRequest(plain.method(), plain.target(), head, body, true);
        }
        if (kind < 6 && !body.isEmpty()) {
            int cut = 1 + random.nextInt(body.length());
            String rest = body.substring(cut);
            String chunks = chunk(body.substring(0, cut)) + (rest.isEmpty() ? "" : chunk(rest)) + "0\r\n\r\n";
            String head = plain.head() + "Transfer-Encoding: chunked\r\n\r\n";
            return new HostileRequest(plain.method(), plain.target(), head, chunks, plain.last());
        }
        boolean silent = body.isEmpty() && random.nextBoolean();
        String head = plain.head() + (silent ? "" : "Content-Length: " + body.length() + "\r\n") + "\r\n";
        return new HostileRequest(plain.method(), plain.target(), head, body, plain.last());
    }

    private static String chunk(String part) {
        return Integer.toHexString(part.length()) + "\r\n" + part + "\r\n";
    }
}
