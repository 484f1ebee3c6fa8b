package dev.holdfast.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {
    @Test
    void hasTheseKeysAndDefaults() {
        ServerConfig config = ServerConfig.defaults();

        assertThat(config)
                .isEqualTo(new ServerConfig(
                        "127.0.0.1",
                        7070,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        0,
                        1 << 20,
                        256 << 20,
                        16 << 10,
                        80 << 10,
                        10_000,
                        10_000,
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(5)));
        assertThat(Arrays.stream(ServerConfig.class.getRecordComponents())
                        .map(component ->
                                component.getName().replaceAll("[A-Z]", "-$0").toLowerCase(Locale.ROOT)))
                .containsExactlyInAnyOrderElementsOf(ServerConfig.KEYS);
    }

    @Test
    void takesEveryKeyFromTheEnvironment() {
        Settings settings = Settings.of(Map.ofEntries(
                Map.entry("HOLDFAST_HOST", "localhost"),
                Map.entry("HOLDFAST_PORT", "1"),
                Map.entry("HOLDFAST_TLS_CERTIFICATE_FILE", "own.pem"),
                Map.entry("HOLDFAST_TLS_KEY_FILE", "key.pem"),
                Map.entry("HOLDFAST_TLS_CLIENT_CA_FILE", "ca.pem"),
                Map.entry("HOLDFAST_INSECURE_HTTP", "true"),
                Map.entry("HOLDFAST_CALLBACKS_BASE_URL", "https://example.com"),
                Map.entry("HOLDFAST_RATE_PER_KEY", "11"),
                Map.entry("HOLDFAST_ARRIVAL_MAX", "12s"),
                Map.entry("HOLDFAST_BODY_MAX_BYTES", "2"),
                Map.entry("HOLDFAST_BODIES_MAX_BYTES", "3"),
                Map.entry("HOLDFAST_HEADERS_MAX_BYTES", "4000"),
                Map.entry("HOLDFAST_REQUEST_LINE_MAX_BYTES", "5000"),
                Map.entry("HOLDFAST_CONNECTIONS_MAX", "6"),
                Map.entry("HOLDFAST_REQUESTS_MAX", "7"),
                Map.entry("HOLDFAST_WAIT_MAX", "8s"),
                Map.entry("HOLDFAST_READ_TIMEOUT", "9m"),
                Map.entry("HOLDFAST_FINISH_WAIT", "10ms"),
                Map.entry("HOLDFAST_JAVA_OPTS", "-Xmx1g"),
                Map.entry("PATH", "/bin")));

        settings.requireOnly(ServerConfig.KEYS);
        assertThat(ServerConfig.of(settings))
                .isEqualTo(new ServerConfig(
                        "localhost",
                        1,
                        Optional.of(Path.of("own.pem")),
                        Optional.of(Path.of("key.pem")),
                        Optional.of(Path.of("ca.pem")),
                        true,
                        Optional.of("https://example.com"),
                        11,
                        2,
                        3,
                        4000,
                        5000,
                        6,
                        7,
                        Duration.ofSeconds(8),
                        Duration.ofMinutes(9),
                        Duration.ofSeconds(12),
                        Duration.ofMillis(10)));
    }

    @Test
    void rejectsUnknownKeys() {
        Settings settings = Settings.of(Map.of("HOLDFAST_PROT", "1"));

        assertThatThrownBy(() -> settings.requireOnly(ServerConfig.KEYS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("HOLDFAST_PROT")
                .hasMessageContaining("HOLDFAST_PORT");
    }

    @ParameterizedTest
    @CsvSource({
        "port,-1",
        "port,65536",
        "port,x",
        "body-max-bytes,0",
        "bodies-max-bytes,1",
        "headers-max-bytes,10",
        "request-line-max-bytes,10",
        "connections-max,0",
        "requests-max,0",
        "wait-max,-1s",
        "wait-max,soon",
        "read-timeout,0s",
        "arrival-max,0s",
        "rate-per-key,-1",
        "insecure-http,perhaps",
        "tls-key-file,key.pem",
        "tls-certificate-file,own.pem",
        "tls-client-ca-file,ca.pem",
        "host,0.0.0.0",
        "host,''",
        "finish-wait,-5s"
    })
    void rejectsValuesThatCannotBe(String key, String value) {
        assertThatThrownBy(() -> ServerConfig.of(new Settings(Map.of(key, value))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key);
    }

    @ParameterizedTest
    @CsvSource({"5s,PT5S", "500ms,PT0.5S", "2m,PT2M", "1h30m,PT1H30M", "7d,PT168H", "PT5S,PT5S", "P1DT1H,PT25H"})
    void readsTimes(String text, Duration time) {
        assertThat(Settings.duration(text)).isEqualTo(time);
    }

    @Test
    void namesTheVariableOfAKey() {
        assertThat(Settings.variable("body-max-bytes")).isEqualTo("HOLDFAST_BODY_MAX_BYTES");
        assertThat(Settings.of(Map.of("HOLDFAST_HOST", "a")).values().keySet()).isEqualTo(Set.of("host"));
    }
}
