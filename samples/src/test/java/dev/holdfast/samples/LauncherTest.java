package dev.holdfast.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.holdfast.samples.Checkout.Run;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./holdfast} in a copy of the checkout with the class path of this test. */
@Timeout(120)
class LauncherTest {
    private static final String TYPED = "{\"name\":\"B\u00fcch \u2713\"}";

    @TempDir
    private Path directory;

    private Checkout checkout;

    @BeforeEach
    void copy() throws Exception {
        checkout = Checkout.withoutJars(directory);
    }

    private Run run(String script) throws Exception {
        return checkout.run(script);
    }

    @Test
    void argumentsAndOutputAreThoseThatWereTypedInTheLocaleC() throws Exception {
        AtomicReference<String> sent = new AtomicReference<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            sent.set(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            byte[] response =
                    ("{\"id\":\"walk-1\",\"status\":\"COMPLETED\",\"result\":" + sent.get() + "}").getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, response.length);
            exchange.getResponseBody().write(response);
            exchange.close();
        });
        server.start();
        try {
            Run run = run("exec \"./ch\u00e4ckout x/holdfast\" submit names '" + TYPED
                    + "' --json --url http://127.0.0.1:" + server.getAddress().getPort());

            assertThat(run.err()).isEmpty();
            assertThat(sent.get()).isEqualTo(TYPED);
            assertThat(run.out()).contains("B\u00fcch \u2713");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void withoutAnyUtf8LocaleTheyAreRefused() throws Exception {
        Run run = run("""
                mkdir bin; printf '#!/bin/sh\\necho ANSI_X3.4-1968\\n' >bin/locale; chmod +x bin/locale
                export LC_ALL=C PATH="$PWD/bin:$PATH"
                exec "./ch\u00e4ckout x/holdfast" submit names '%s' 2>&1 | sed 's/?*ch.*(/(/'
                """.formatted(TYPED));

        assertThat(run.out()).contains("argument 3 (").contains("set LC_ALL");
    }

    @Test
    void whatCannotBeWrittenIsNamedAtOnce() throws Exception {
        Run run = run("""
                rm -r "ch\u00e4ckout x/api/target"; : >"ch\u00e4ckout x/api/target"
                exec "./ch\u00e4ckout x/holdfast" list
                """);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains("must be built first, and cannot write to ")
                .contains("/ch\u00e4ckout x/api/target: ");
    }

    @Test
    void aLockThatCannotBeMadeIsNotWaitedForForEver() throws Exception {
        Run run = run("""
                rm "ch\u00e4ckout x/samples/target/classpath"; : >"ch\u00e4ckout x/samples/target/building"
                exec "./ch\u00e4ckout x/holdfast" list
                """);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("must be built first, and cannot make ").contains("building: ");
    }

    @Test
    void aColonInThePathIsRefused() throws Exception {
        Run run = run("""
                mv "ch\u00e4ckout x" a:b
                exec ./a:b/holdfast list
                """);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("cannot run from ").contains("move the checkout");
    }

    @Test
    @Tag("long")
    void aDataDirectoryMayHaveAnyLetters() throws Exception {
        Run run = run("""
                "./ch\u00e4ckout x/holdfast" dev --port 0 --data "d\u00e4ta \u2713 y" >started 2>log &
                node=$!
                for i in $(seq 600); do grep -q '^Holdfast runs at' started && break; sleep 0.1; done
                kill $node; wait $node; echo "status $?" >&2
                cat started; cat log >&2; ls "d\u00e4ta \u2713 y"
                """);

        assertThat(run.out()).contains("Holdfast runs at", "postgres.log");
        assertThat(run.err()).doesNotContain("ERROR");
    }

    @Test
    @Tag("long")
    void aUserWithoutANameIsToldWhy() throws Exception {
        assumeTrue(run("setpriv --reuid=12345 --clear-groups true").status() == 0, "this test needs root");
        Run run = run("""
                mkdir data lib
                number=0 readable=
                IFS=:
                for entry in $CLASSPATH; do
                  number=$((number + 1))
                  cp -r "$entry" "lib/$number-${entry##*/}"
                  readable=$readable$PWD/lib/$number-${entry##*/}:
                done
                unset IFS
                printf %s "$readable" >"chäckout x/samples/target/classpath"
                chmod -R a+rwX .; chown 12345 data
                exec setpriv --reuid=12345 --regid=12345 --clear-groups env -u HOME \\
                  "./ch\u00e4ckout x/holdfast" dev --port 0 --data data/dev
                """);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains("initdb failed in ", "/etc/passwd")
                .contains("could not look up effective user ID 12345");
    }
}
