package dev.holdfast.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.connect.TlsMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseSettingsLoaderTest {
    private static final String URL = "database-url=postgresql://ann:hunter2@127.0.0.1/shop";
    /** A self-signed certificate of a discarded EC key. */
    private static final String CA = """
            -----BEGIN CERTIFICATE-----
            MIIBiDCCAQ+gAwIBAgIIcFn7aRYOrKswCgYIKoZIzj0EAwMwETEPMA0GA1UEAxMG
            bm9ib2R5MCAXDTI2MTEyMTE2MjE1NVoYDzIxMjYxMDI4MTYyMTU1WjARMQ8wDQYD
            VQQDEwZub2JvZHkwdjAQBgcqhkjOPQIBBgUrgQQAIgNiAAToWs1M6iSTx+tro+9p
            hB2N+4ZX7MVUasdNd0YYKjeEirXKtVHEIEhY0y+6nTDwc2iQhAr+3I4a1hvSFtX0
            R59H3EjyYCkMYpWVTiVK1FBBfsk6UqUkNdM2D6nmktMZuFSjMjAwMB0GA1UdDgQW
            BBTt2cAwLKSrdRr4ZNGHBy2WXxgimTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49
            BAMDA2cAMGQCMBKxJm60Y9wVpNF4NjgSiUrEuGqxp2PQQEErgUxkav8eYHOBdHZa
            YRpCFtVsRfVxjgIwNI63tvp0LUBQXos0Y376JBWL990aQ/lGeo9W4pWMSaT2/iJP
            viW+4OpSGyl0lDNF
            -----END CERTIFICATE-----
            """;

    @TempDir
    private Path directory;

    private Path application;

    @BeforeEach
    void writeFiles() throws IOException {
        application = Files.createDirectory(directory.resolve("app"));
        Files.createDirectory(application.resolve("sub"));
        Files.writeString(application.resolve("ca.pem"), CA);
        Files.writeString(directory.resolve("outside.pem"), CA);
        Files.writeString(application.resolve("junk.pem"), "hunter2");
        Files.createSymbolicLink(application.resolve("out.pem"), directory.resolve("outside.pem"));
        Files.createSymbolicLink(application.resolve("up"), directory);
        Files.createSymbolicLink(application.resolve("in.pem"), application.resolve("ca.pem"));
        Files.writeString(directory.resolve("password"), "hunter2\n");
        Files.writeString(directory.resolve("two-lines"), "hunter2\r\n\n");
        Files.writeString(directory.resolve("url"), "postgresql://ann:hunter2@127.0.0.1/shop\n");
        Files.createFile(directory.resolve("empty"));
    }

    /** Parses "key=value", separated by "; "; DIR and APP are replaced with directories of the test. */
    private DatabaseSettings load(String settings) {
        Map<String, String> values = new LinkedHashMap<>();
        Arrays.stream(settings.split("; ", -1))
                .map(one -> one.split("=", 2))
                .forEach(one -> values.put(
                        one[0],
                        one[1].replace("DIR", directory.toString())
                                .replace("APP", application.toString())
                                .replace("PEM", CA)));
        return DatabaseSettingsLoader.load(new Settings(values));
    }

    @Test
    void takesAUrl() {
        DatabaseSettings settings = load(URL);

        assertThat(settings.address().hosts()).hasToString("[127.0.0.1:5432]");
        assertThat(settings.address().password()).contains("hunter2");
        assertThat(settings.toString()).doesNotContain("hunter2");
    }

    @Test
    void takesFields() {
        DatabaseSettings settings = load("database-host=h1,h2:6000; database-port=5999; database-name=shop;"
                + " database-user=ann; database-password=hunter2; search-path=Shop,b_2");

        assertThat(settings.address().hosts()).hasToString("[h1:5999, h2:6000]");
        assertThat(settings.address().database()).contains("shop");
        assertThat(settings.address().user()).contains("ann");
        assertThat(settings.address().password()).contains("hunter2");
        assertThat(settings.searchPath()).containsExactly("Shop", "b_2");
    }

    @Test
    void takesSecretsFromFilesWithoutTheLastLineBreak() {
        assertThat(load("database-host=h; database-password-file=DIR/password")
                        .address()
                        .password())
                .contains("hunter2");
        assertThat(load("database-host=h; database-password-file=DIR/two-lines")
                        .address()
                        .password())
                .contains("hunter2\r\n");
        assertThat(load("database-url-file=DIR/url").address().user()).contains("ann");
    }

    @Test
    void hasASmallPoolAndTakesOthers() {
        assertThat(load(URL).pool().min()).isZero();
        assertThat(load(URL).pool().max()).isEqualTo(8);

        var pool = load(URL + "; pool-min=2; pool-max=3; connect-timeout=7s; idle-timeout=1m; socket-timeout=20s;"
                        + " statement-timeout=15s")
                .pool();

        assertThat(pool.min()).isEqualTo(2);
        assertThat(pool.max()).isEqualTo(3);
        assertThat(pool.connectTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(pool.statementTimeout()).isEqualTo(Duration.ofSeconds(15));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "database-host=localhost                                     | DISABLE",
                "database-host=127.0.0.1,127.1.2.3,::1                       | -",
                "database-host=127.0.0.1,127.1.2.3,[::1]                     | DISABLE",
                "database-host=127.0.0.1,db                                  | REQUIRE",
                "database-host=db                                            | REQUIRE",
                "database-host=127.0.0.1.example.com                         | REQUIRE",
                "database-host=db; database-tls=disable                      | DISABLE",
                "database-host=localhost; database-tls=prefer                | PREFER",
                "database-url=postgresql://db/shop?sslmode=prefer            | PREFER",
                "database-url=postgresql://db/shop; database-tls=disable     | DISABLE",
                "database-host=127.0.0.1; database-tls-ca=PEM                | REQUIRE",
                "database-host=db; database-tls=verify-ca; database-tls-ca=PEM   | VERIFY_CA",
                "database-host=db; database-tls=verify-full; database-tls-ca-file=ca.pem; app-directory=APP"
                        + " | VERIFY_FULL",
                "database-host=db; database-tls-ca-file=APP/ca.pem; app-directory=APP | REQUIRE",
                "database-host=db; database-tls-ca-file=in.pem; app-directory=APP     | REQUIRE",
                "database-host=db; database-tls-ca-file=outside.pem; app-directory=APP/up | REQUIRE",
            })
    void knowsHowMuchTlsThereIs(String settings, String mode) {
        if (mode.equals("-")) {
            assertThatThrownBy(() -> load(settings)).hasMessageContaining("[IPv6]");
        } else {
            assertThat(load(settings).tls().mode()).isEqualTo(TlsMode.valueOf(mode));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "database-name=shop                                          | no database is given",
                URL + "; database-host=h                                     | both database-url and database-host",
                URL + "; database-user=a; database-password=hunter2          | database-user, database-password",
                URL + "; database-password-file=DIR/password                 | database-password-file are set",
                URL + "; database-url-file=DIR/url                           | both database-url and database-url-file",
                "database-url-file=DIR/url; database-name=a                  | both database-url and database-name",
                "database-host=h; database-password=hunter2; database-password-file=DIR/password"
                        + " | both database-password and database-password-file",
                "database-host=h; database-password-file=DIR/gone            | there is no such file",
                "database-host=h; database-password-file=DIR/empty           | the file is empty",
                "database-host=h; database-password-file=DIR                 | the file cannot be read",
                "database-host=h; database-port=x                            | database-port is",
                "database-host=h; database-port=70000                        | the port of h",
                "database-host=h; database-port=0                            | the port of h",
                "database-host=ann@h                                         | database-host has no list of hosts",
                URL + "?options=a                                            | the parameter options",
                URL + "?sslmode=require; database-tls=require                | both database-tls and sslmode",
                URL + "; database-tls=allow                                  | allow would send plain text",
                URL + "; database-tls=verify-ca                              | needs the certificate of an authority",
                URL + "; database-tls=verify-full                            | needs the certificate of an authority",
                URL + "; database-tls=disable; database-tls-ca=PEM           | of no use",
                URL + "; database-tls=prefer; database-tls-ca=PEM            | of no use",
                URL + "; database-tls-ca=hunter2                             | no certificate that can be read",
                URL + "; database-tls-ca=PEM; database-tls-ca-file=ca.pem    | both database-tls-ca and",
                URL + "; database-tls-ca-file=ca.pem                         | there is no such file",
                URL + "; database-tls-ca-file=junk.pem; app-directory=APP    | no certificate that can be read",
                URL + "; database-tls-ca-file=../outside.pem; app-directory=APP | expected a path without \"..\"",
                URL + "; database-tls-ca-file=sub/../ca.pem; app-directory=APP | expected a path without \"..\"",
                URL + "; database-tls-ca-file=DIR/outside.pem; app-directory=APP | outside of the application",
                URL + "; database-tls-ca-file=DIR/outside.pem | outside of the application",
                URL + "; database-tls-ca-file=out.pem; app-directory=APP | outside of the application",
                URL + "; database-tls-ca-file=up/outside.pem; app-directory=APP | outside of the application",
                URL + "; pool-min=3; pool-max=2                              | pool-min is 3: expected 0 to pool-max",
                URL + "; pool-min=9                                          | pool-max, which is 8",
                URL + "; pool-max=0                                          | pool-max is 0",
                URL + "; pool-max=many                                       | pool-max is",
                URL + "; connect-timeout=500ms                               | connect-timeout is 500 ms",
                URL + "; idle-timeout=1s                                     | idle-timeout is 1 s",
                URL + "; socket-timeout=0s                                   | socket-timeout is 0 s",
                URL + "; statement-timeout=10s                               | less than socket-timeout",
                URL + "; search-path=a b                                     | search-path has \"a b\"",
                URL + "; search-path=a,,b                                    | search-path has \"\"",
                URL + "; search-path=a\" -c fsync=off                        | search-path has",
                URL + "; pooler=yes                                          | expected true or false",
                URL + "; pooler=true; search-path=a                          | a pooler shares sessions",
                URL + "; search-path=$user                                   | search-path has",
            })
    void reportsInvalidSettings(String settings, String what) {
        assertThatThrownBy(() -> load(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(what)
                .hasMessageNotContaining("hunter2");
    }
}
