package dev.holdfast.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.HoldfastException;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.auth.Role;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTPS, with certificates that keytool makes. */
@Timeout(120)
class TlsTest {
    @TempDir
    private static Path directory;

    private static TestAuthority authority;
    private static TestAuthority stranger;
    private static TestAuthority.Identity own;

    @BeforeAll
    static void make() {
        authority = new TestAuthority(directory.resolve("ours"));
        stranger = new TestAuthority(directory.resolve("theirs"));
        own = authority.identity("own", "RSA");
    }

    private static Map<String, String> settings(TestAuthority.Identity identity) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("tls-certificate-file", identity.certificate().toString());
        settings.put("tls-key-file", identity.key().toString());
        return settings;
    }

    private static ServerFixture mutual() {
        Map<String, String> settings = settings(own);
        settings.put("tls-client-ca-file", authority.certificate.toString());
        return ServerFixture.start(settings);
    }

    private static HttpResponse<String> get(SSLContext context, String url, String... protocols)
            throws IOException, InterruptedException {
        SSLParameters parameters = new SSLParameters();
        if (protocols.length > 0) {
            parameters.setProtocols(protocols);
        }
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(context)
                .sslParameters(parameters)
                .version(HttpClient.Version.HTTP_1_1)
                .build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(url + "/v1/nodes"))
                            .timeout(Duration.ofSeconds(30))
                            .build(),
                    BodyHandlers.ofString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void servesClientsThatTrustItsAuthority(String algorithm) throws Exception {
        var identity = authority.identity("own-" + algorithm.toLowerCase(Locale.ROOT), algorithm);
        try (ServerFixture server = ServerFixture.start(settings(identity))) {
            assertThat(server.url()).startsWith("https://127.0.0.1:");
            SSLContext trusting = Tls.trusting(authority.certificate);

            assertThat(get(trusting, server.url()).statusCode()).isEqualTo(200);
            assertThat(get(trusting, server.url(), "TLSv1.2").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void isNotTrustedByClientsOfAnotherAuthority() {
        try (ServerFixture server = ServerFixture.start(settings(own))) {
            assertThatThrownBy(() -> get(Tls.trusting(stranger.certificate), server.url()))
                    .isInstanceOf(SSLException.class);
        }
    }

    @Test
    void doesNotSpeakWhatIsBrokenNorPlainHttp() {
        try (ServerFixture server = ServerFixture.start(settings(own))) {
            assertThatThrownBy(() -> get(Tls.trusting(authority.certificate), server.url(), "TLSv1.1"))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> get(
                            Tls.trusting(authority.certificate), server.url().replace("https", "http")))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void withAClientAuthorityOnlyItsClientsComeIn() throws Exception {
        var friend = authority.identity("friend", "EC");
        var foreigner = stranger.identity("foreigner", "EC");
        Optional<Path> ca = Optional.of(authority.certificate);
        try (ServerFixture server = mutual()) {
            assertThat(get(Tls.identified(friend.certificate(), friend.key(), ca), server.url())
                            .statusCode())
                    .isEqualTo(200);
            for (String protocol : new String[] {"TLSv1.3", "TLSv1.2"}) {
                assertThatThrownBy(() -> get(Tls.trusting(authority.certificate), server.url(), protocol))
                        .isInstanceOf(IOException.class);
                assertThatThrownBy(() -> get(
                                Tls.identified(foreigner.certificate(), foreigner.key(), ca), server.url(), protocol))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void keysAreNeededAsWithoutTls() throws Exception {
        try (ServerFixture server = ServerFixture.start(settings(own))) {
            server.makeKey(Role.VIEWER);

            assertThat(get(Tls.trusting(authority.certificate), server.url()).statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void namesTheUnusableFile() throws IOException {
        Path none = directory.resolve("none.pem");
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");
        Path broken = Files.writeString(
                directory.resolve("broken.pem"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");

        for (Path wrong : new Path[] {none, empty, own.certificate(), broken}) {
            assertThatThrownBy(() -> Tls.identified(own.certificate(), wrong, Optional.empty()))
                    .isInstanceOf(HoldfastException.class)
                    .hasMessageContaining(wrong.toString());
        }
        for (Path wrong : new Path[] {none, empty, broken}) {
            assertThatThrownBy(() -> Tls.identified(wrong, own.key(), Optional.empty()))
                    .isInstanceOf(HoldfastException.class)
                    .hasMessageContaining(wrong.toString());
            assertThatThrownBy(() -> Tls.trusting(wrong)).isInstanceOf(HoldfastException.class);
        }
        for (String algorithm : new String[] {"RSA", "EC"}) {
            var other = authority.identity("other-" + algorithm.toLowerCase(Locale.ROOT), algorithm);
            assertThatThrownBy(() -> Tls.identified(own.certificate(), other.key(), Optional.empty()))
                    .isInstanceOf(HoldfastException.class)
                    .hasMessageContaining(other.key().toString());
        }
    }
}
