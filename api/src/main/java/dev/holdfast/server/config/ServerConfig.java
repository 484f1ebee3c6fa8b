package dev.holdfast.server.config;

import dev.holdfast.EngineConfig;
import dev.holdfast.admin.DurationText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The settings of the HTTP server; {@link #KEYS} has their keys. Loaded by commands that start a node; immutable.
 *
 * @param host address to listen on; a non-loopback address needs TLS, and API keys in the database
 * @param port port to listen on; 0 picks a free one
 * @param tlsCertificateFile the certificate chain of this server, in PEM
 * @param tlsKeyFile the private key of that certificate, in PEM
 * @param tlsClientCaFile authorities of client certificates, in PEM; clients without such a certificate are rejected
 * @param insecureHttp allows a non-loopback address without TLS
 * @param callbacksBaseUrl where the outside reaches this server, for the URLs of callbacks; by default its own address
 * @param ratePerKey requests per second of one API key; 0 means no limit
 * @param bodyMaxBytes body of one request
 * @param bodiesMaxBytes bodies of all requests that are being read
 * @param headersMaxBytes headers of one request
 * @param requestLineMaxBytes method, path and query of one request; the default fits 20 labels of 200 characters
 * @param connectionsMax open connections; further ones wait to be accepted
 * @param requestsMax concurrent requests, including those that wait for a result; further ones get 429
 * @param waitMax longest wait of a request for a result
 * @param readTimeout longest silence of a connection, and longest time for the first line of a request
 * @param arrivalMax longest time for the headers of a request, and again for its body
 * @param finishWait longest wait of {@code close} for running requests
 */
public record ServerConfig(
        String host,
        int port,
        Optional<Path> tlsCertificateFile,
        Optional<Path> tlsKeyFile,
        Optional<Path> tlsClientCaFile,
        boolean insecureHttp,
        Optional<String> callbacksBaseUrl,
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
    /** The keys of all settings. */
    public static final Set<String> KEYS = Set.of(
            "host",
            "port",
            "tls-certificate-file",
            "tls-key-file",
            "tls-client-ca-file",
            "insecure-http",
            "callbacks-base-url",
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

    /** Throws {@link IllegalArgumentException} for a non-loopback host without TLS, and for limits out of range. */
    public ServerConfig {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host is empty: expected a name or an address such as 127.0.0.1");
        }
        if (tlsCertificateFile.isPresent() != tlsKeyFile.isPresent()
                || tlsClientCaFile.isPresent() && tlsKeyFile.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected tls-certificate-file and tls-key-file together, and tls-client-ca-file only with them");
        }
        if (!LOOPBACK.matcher(host).matches() && tlsKeyFile.isEmpty() && !insecureHttp) {
            throw new IllegalArgumentException("host is " + host + ": without TLS the server listens on loopback only,"
                    + " because others could read keys and payloads; set tls-certificate-file and tls-key-file, or"
                    + " insecure-http=true if a proxy encrypts");
        }
        callbacksBaseUrl.ifPresent(EngineConfig::requireBaseUrl);
        require("rate-per-key", ratePerKey, 0, 1_000_000);
        require("port", port, 0, 65_535);
        require("body-max-bytes", bodyMaxBytes, 1, 1 << 30);
        require("bodies-max-bytes", bodiesMaxBytes, bodyMaxBytes, Integer.MAX_VALUE);
        require("headers-max-bytes", headersMaxBytes, 1_024, 1 << 20);
        require("request-line-max-bytes", requestLineMaxBytes, 1_024, 1 << 20);
        require("connections-max", connectionsMax, 1, 1_000_000);
        require("requests-max", requestsMax, 1, 1_000_000);
        if (waitMax.isNegative() || !readTimeout.isPositive() || !arrivalMax.isPositive() || finishWait.isNegative()) {
            throw new IllegalArgumentException("wait-max " + DurationText.of(waitMax) + ", read-timeout "
                    + DurationText.of(readTimeout)
                    + ", arrival-max " + DurationText.of(arrivalMax) + ", finish-wait " + DurationText.of(finishWait)
                    + ": expected times of 0 or more, and read-timeout and arrival-max over 0");
        }
    }

    private static void require(String key, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + " is " + value + ": expected " + min + " to " + max);
        }
    }

    /** Whether the host is a loopback address. */
    public boolean isLoopback() {
        return LOOPBACK.matcher(host).matches();
    }

    public boolean hasTls() {
        return tlsKeyFile.isPresent();
    }

    /** The defaults: 127.0.0.1:7070, bodies of 1 MiB each and 256 MiB together, waits of up to 60 s. */
    public static ServerConfig defaults() {
        return of(Settings.of(Map.of()));
    }

    /**
     * Loads the settings from the environment of this process, such as {@code HOLDFAST_PORT}, with defaults for the
     * rest. Ignores variables that are no settings of the server. Throws {@link IllegalArgumentException} that names
     * the key.
     */
    public static ServerConfig ofEnvironment() {
        return of(Settings.of(System.getenv()));
    }

    /** The same on another port. */
    public ServerConfig port(int other) {
        return new ServerConfig(
                host,
                other,
                tlsCertificateFile,
                tlsKeyFile,
                tlsClientCaFile,
                insecureHttp,
                callbacksBaseUrl,
                ratePerKey,
                bodyMaxBytes,
                bodiesMaxBytes,
                headersMaxBytes,
                requestLineMaxBytes,
                connectionsMax,
                requestsMax,
                waitMax,
                readTimeout,
                arrivalMax,
                finishWait);
    }

    /** Settings that differ from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects settings; {@link #build} checks them. One thread uses a builder. */
    public static final class Builder {
        private final Map<String, String> values = new HashMap<>();

        private Builder() {}

        public Builder host(String host) {
            return set("host", host);
        }

        public Builder port(int port) {
            return set("port", port);
        }

        /** The certificate chain of this server and its private key, in PEM. */
        public Builder tls(Path certificateFile, Path keyFile) {
            return set("tls-certificate-file", certificateFile).set("tls-key-file", keyFile);
        }

        /** Requires client certificates of these authorities, in PEM. */
        public Builder tlsClientCaFile(Path file) {
            return set("tls-client-ca-file", file);
        }

        /** Allows a non-loopback address without TLS, for example behind a proxy that encrypts. */
        public Builder insecureHttp() {
            return set("insecure-http", true);
        }

        public Builder ratePerKey(int requestsPerSecond) {
            return set("rate-per-key", requestsPerSecond);
        }

        public Builder bodyMaxBytes(int bytes) {
            return set("body-max-bytes", bytes);
        }

        public Builder callbacksBaseUrl(String url) {
            return set("callbacks-base-url", url);
        }

        public Builder bodiesMaxBytes(int bytes) {
            return set("bodies-max-bytes", bytes);
        }

        public Builder headersMaxBytes(int bytes) {
            return set("headers-max-bytes", bytes);
        }

        public Builder requestLineMaxBytes(int bytes) {
            return set("request-line-max-bytes", bytes);
        }

        public Builder connectionsMax(int connections) {
            return set("connections-max", connections);
        }

        public Builder requestsMax(int requests) {
            return set("requests-max", requests);
        }

        public Builder waitMax(Duration time) {
            return set("wait-max", time);
        }

        public Builder readTimeout(Duration time) {
            return set("read-timeout", time);
        }

        public Builder arrivalMax(Duration time) {
            return set("arrival-max", time);
        }

        public Builder finishWait(Duration time) {
            return set("finish-wait", time);
        }

        /** Throws {@link IllegalArgumentException} as {@link ServerConfig} does. */
        public ServerConfig build() {
            return of(new Settings(values));
        }

        private Builder set(String key, Object value) {
            values.put(key, value.toString());
            return this;
        }
    }

    /** Loads the settings, with defaults for the rest. Throws {@link IllegalArgumentException} that names the key. */
    public static ServerConfig of(Settings settings) {
        return new ServerConfig(
                settings.text("host").orElse("127.0.0.1"),
                settings.number("port", 7070),
                settings.text("tls-certificate-file").map(Path::of),
                settings.text("tls-key-file").map(Path::of),
                settings.text("tls-client-ca-file").map(Path::of),
                settings.flag("insecure-http"),
                settings.text("callbacks-base-url"),
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
