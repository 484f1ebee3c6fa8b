package dev.holdfast.server;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The settings of the HTTP server; {@link #KEYS} are their names. Made by whoever starts one; immutable.
 *
 * @param host where to listen: a loopback address, as there are no API keys
 * @param port where to listen; 0 takes a free one
 * @param bodyMaxBytes of one request
 * @param bodiesMaxBytes of all requests that are being read
 * @param headersMaxBytes of one request
 * @param requestLineMaxBytes method, path and query of one request; 20 labels of 200 characters fit
 * @param connectionsMax open at the same time; more wait to be accepted
 * @param requestsMax at the same time, those that wait for a result too; more are told to come again
 * @param waitMax how long a request may wait for a result
 * @param readTimeout how long a connection may be silent
 * @param finishWait how long {@code close} waits for requests to be answered
 */
public record ServerConfig(
        String host,
        int port,
        int bodyMaxBytes,
        int bodiesMaxBytes,
        int headersMaxBytes,
        int requestLineMaxBytes,
        int connectionsMax,
        int requestsMax,
        Duration waitMax,
        Duration readTimeout,
        Duration finishWait) {
    /** Every setting there is. */
    public static final Set<String> KEYS = Set.of(
            "host",
            "port",
            "body-max-bytes",
            "bodies-max-bytes",
            "headers-max-bytes",
            "request-line-max-bytes",
            "connections-max",
            "requests-max",
            "wait-max",
            "read-timeout",
            "finish-wait");

    private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}|localhost|::1");

    /** Throws {@link IllegalArgumentException} for a host that others can reach, and for limits that let nothing in. */
    public ServerConfig {
        if (!LOOPBACK.matcher(host).matches()) {
            throw new IllegalArgumentException("host is " + host + ": without API keys the server listens on loopback"
                    + " only; use 127.0.0.1, localhost or ::1, and a tunnel to reach it from elsewhere");
        }
        require("port", port, 0, 65_535);
        require("body-max-bytes", bodyMaxBytes, 1, 1 << 30);
        require("bodies-max-bytes", bodiesMaxBytes, bodyMaxBytes, Integer.MAX_VALUE);
        require("headers-max-bytes", headersMaxBytes, 1_024, 1 << 20);
        require("request-line-max-bytes", requestLineMaxBytes, 1_024, 1 << 20);
        require("connections-max", connectionsMax, 1, 1_000_000);
        require("requests-max", requestsMax, 1, 1_000_000);
        if (waitMax.isNegative() || !readTimeout.isPositive() || finishWait.isNegative()) {
            throw new IllegalArgumentException("wait-max " + waitMax + ", read-timeout " + readTimeout
                    + ", finish-wait " + finishWait + ": expected no negative times, and a read-timeout over 0");
        }
    }

    private static void require(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " is " + value + ": expected " + least + " to " + most);
        }
    }

    /** 127.0.0.1:7070, bodies of 1 MiB, 256 MiB of all, waits of up to 60 s. */
    public static ServerConfig defaults() {
        return of(Settings.of(Map.of()));
    }

    /** What is set, and the defaults for the rest. Throws {@link IllegalArgumentException} naming the key. */
    public static ServerConfig of(Settings settings) {
        return new ServerConfig(
                settings.text("host").orElse("127.0.0.1"),
                settings.number("port", 7070),
                settings.number("body-max-bytes", 1 << 20),
                settings.number("bodies-max-bytes", 256 << 20),
                settings.number("headers-max-bytes", 16 << 10),
                settings.number("request-line-max-bytes", 80 << 10),
                settings.number("connections-max", 10_000),
                settings.number("requests-max", 10_000),
                settings.duration("wait-max", Duration.ofSeconds(60)),
                settings.duration("read-timeout", Duration.ofSeconds(60)),
                settings.duration("finish-wait", Duration.ofSeconds(5)));
    }
}
