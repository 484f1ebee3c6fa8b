package dev.holdfast.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./holdfast} in a copy of the checkout that counts as built: with the class path of this test. A shell makes
 * the copy, because this JVM may not be able to name it.
 */
@Timeout(120)
class LauncherTest {
    private static final String TYPED = "{\"name\":\"B\u00fcch \u2713\"}";

    /** Expects SOURCE, EMPTY and CLASSPATH; makes the copy in "ch\u00e4ckout x". */
    private static final String COPY = """
            set -eu
            copy="ch\u00e4ckout x"
            mkdir "$copy"
            cp -r "$SOURCE/holdfast" "$SOURCE/.mvn" "$copy"
            : >"$copy/pom.xml"
            for module in samples api persistence engine; do
              mkdir -p "$copy/$module/target" "$copy/$module/src/main"
              : >"$copy/$module/pom.xml"
              cp "$EMPTY" "$copy/$module/target/holdfast-$module.jar"
            done
            sleep 0.01
            printf %s "$CLASSPATH" >"$copy/samples/target/classpath"
            """;

    @TempDir
    private Path directory;

    /** The end of a script. */
    private record Run(int status, String out, String err) {}

    @BeforeEach
    void copy() throws Exception {
        assertThat(run(COPY)).isEqualTo(new Run(0, "", ""));
    }

    /** Runs a script in the directory, in this locale alone. */
    private Run run(String script) throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("script"), script, UTF_8);
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Path empty = directory.resolve("empty.jar");
        if (!Files.exists(empty)) {
            try (var jar = new JarOutputStream(Files.newOutputStream(empty))) {
                jar.putNextEntry(new JarEntry("empty"));
            }
        }
        ProcessBuilder builder = new ProcessBuilder("sh", file.toString())
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.startsWith("HOLDFAST_"));
        builder.environment().put("LANG", "C");
        builder.environment().put("EMPTY", empty.toString());
        builder.environment().put("SOURCE", Path.of("..").toRealPath().toString());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.start();
        assertThat(process.waitFor(100, TimeUnit.SECONDS)).as("it ends").isTrue();
        return new Run(process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
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
