package dev.holdfast.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The settings of the HTTP server; {@link #KEYS} are their names. Made by whoever starts one; immutable.
 *
 * @param host where to listen; another than a loopback address takes TLS, and API keys in the database
 * @param port where to listen; 0 takes a free one
 * @param tlsCertificateFile the certificate of this server and those above it, in PEM
 * @param tlsKeyFile its private key, in PEM
 * @param tlsClientCaFile clients without a certificate of one of these are refused; in PEM
 * @param insecureHttp lets it listen for others without TLS
 * @param ratePerKey how many requests a second one API key may send; 0 is no limit
 * @param bodyMaxBytes of one request
 * @param bodiesMaxBytes of all requests that are being read
 * @param headersMaxBytes of one request
 * @param requestLineMaxBytes method, path and query of one request; 20 labels of 200 characters fit
 * @param connectionsMax open at the same time; more wait to be accepted
 * @param requestsMax at the same time, those that wait for a result too; more are told to come again
 * @param waitMax how long a request may wait for a result
 * @param readTimeout how long a connection may be silent, and how long the first line of a request may take
 * @param arrivalMax how long the headers of a request may take to arrive, and again its body
 * @param finishWait how long {@code close} waits for requests to be answered
 */
public record ServerConfig(
        String host,
        int port,
        Optional<Path> tlsCertificateFile,
        Optional<Path> tlsKeyFile,
        Optional<Path> tlsClientCaFile,
        boolean insecureHttp,
        int ratePerKey,
        int bodyMaxBytes,
        int bodiesMaxBytes,
        int headersMaxBytes,
        int requestLineMaxBytes,
        int connectionsMax,
        int requestsMax,
        Duration waitMax,
        Duration readTimeout,
        Duration arrivalMax,
        Duration finishWait) {
    /** Every setting there is. */
    public static final Set<String> KEYS = Set.of(
            "host",
            "port",
            "tls-certificate-file",
            "tls-key-file",
            "tls-client-ca-file",
            "insecure-http",
            "rate-per-key",
            "body-max-bytes",
            "bodies-max-bytes",
            "headers-max-bytes",
            "request-line-max-bytes",
            "connections-max",
            "requests-max",
            "wait-max",
            "read-timeout",
            "arrival-max",
            "finish-wait");

    private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}|localhost|::1");

    /**
     * Throws {@link IllegalArgumentException} for a host that others can reach without TLS, and for limits that let
     * nothing in.
     */
    public ServerConfig {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host is empty: expected a name or an address such as 127.0.0.1");
        }
        if (tlsCertificateFile.isPresent() != tlsKeyFile.isPresent()
                || tlsClientCaFile.isPresent() && tlsKeyFile.isEmpty()) {
            throw new IllegalArgumentException(
                    "tls-certificate-file and tls-key-file go together, and tls-client-ca-file with them");
        }
        if (!LOOPBACK.matcher(host).matches() && tlsKeyFile.isEmpty() && !insecureHttp) {
            throw new IllegalArgumentException("host is " + host + ": without TLS the server listens on loopback only,"
                    + " as keys and payloads could be read on their way; set tls-certificate-file and tls-key-file, or"
                    + " insecure-http=true where something else encrypts");
        }
        require("rate-per-key", ratePerKey, 0, 1_000_000);
        require("port", port, 0, 65_535);
        require("body-max-bytes", bodyMaxBytes, 1, 1 << 30);
        require("bodies-max-bytes", bodiesMaxBytes, bodyMaxBytes, Integer.MAX_VALUE);
        require("headers-max-bytes", headersMaxBytes, 1_024, 1 << 20);
        require("request-line-max-bytes", requestLineMaxBytes, 1_024, 1 << 20);
        require("connections-max", connectionsMax, 1, 1_000_000);
        require("requests-max", requestsMax, 1, 1_000_000);
        if (waitMax.isNegative() || !readTimeout.isPositive() || !arrivalMax.isPositive() || finishWait.isNegative()) {
            throw new IllegalArgumentException("wait-max " + waitMax + ", read-timeout " + readTimeout
                    + ", arrival-max " + arrivalMax + ", finish-wait " + finishWait
                    + ": expected no negative times, and a read-timeout and arrival-max over 0");
        }
    }

    private static void require(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " is " + value + ": expected " + least + " to " + most);
        }
    }

    /** Whether only this machine can reach it. */
    public boolean isLoopback() {
        return LOOPBACK.matcher(host).matches();
    }

    public boolean hasTls() {
        return tlsKeyFile.isPresent();
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
                settings.text("tls-certificate-file").map(Path::of),
                settings.text("tls-key-file").map(Path::of),
                settings.text("tls-client-ca-file").map(Path::of),
                settings.flag("insecure-http"),
                settings.number("rate-per-key", 0),
                settings.number("body-max-bytes", 1 << 20),
                settings.number("bodies-max-bytes", 256 << 20),
                settings.number("headers-max-bytes", 16 << 10),
                settings.number("request-line-max-bytes", 80 << 10),
                settings.number("connections-max", 10_000),
                settings.number("requests-max", 10_000),
                settings.duration("wait-max", Duration.ofSeconds(60)),
                settings.duration("read-timeout", Duration.ofSeconds(60)),
                settings.duration("arrival-max", Duration.ofSeconds(30)),
                settings.duration("finish-wait", Duration.ofSeconds(5)));
    }
}
