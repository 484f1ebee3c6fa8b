package dev.holdfast.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * A copy of the checkout, in "ch\u00e4ckout x" of a directory, that counts as built. A shell makes the copy, because
 * this JVM may not be able to name it.
 */
record Checkout(Path directory) {
    /** As the launcher expects them, below the checkout. */
    private static final List<String> MODULE_JARS = List.of(
            "samples/target/holdfast-samples.jar",
            "api/cli/target/holdfast-cli.jar",
            "api/target/holdfast-api.jar",
            "persistence/target/holdfast-persistence.jar",
            "persistence/embedded/target/holdfast-embedded-postgres.jar",
            "engine/target/holdfast-engine.jar");

    /** Expects SOURCE, JARS, MODULE_JARS and CLASSPATH. */
    private static final String COPY = """
            set -eu
            copy="ch\u00e4ckout x"
            mkdir "$copy"
            cp -r "$SOURCE/holdfast" "$SOURCE/.mvn" "$copy"
            : >"$copy/pom.xml"
            for jar in $MODULE_JARS; do
              module=${jar%/target/*}
              mkdir -p "$copy/$module/target" "$copy/$module/src/main"
              : >"$copy/$module/pom.xml"
              cp "$JARS/${jar##*/}" "$copy/$jar"
            done
            sleep 0.01
            printf %s "$CLASSPATH" >"$copy/samples/target/classpath"
            """;

    /** The end of a script. */
    record Run(int status, String out, String err) {}

    /** Made with the classes of this test on its class path, and jars that are empty. */
    static Checkout withoutJars(Path directory) throws IOException, InterruptedException {
        Path jars = Files.createDirectories(directory.resolve("jars"));
        for (String module : MODULE_JARS) {
            Path file = jars.resolve(Path.of(module).getFileName());
            try (var jar = new JarOutputStream(Files.newOutputStream(file))) {
                jar.putNextEntry(new JarEntry(module));
            }
        }
        return copied(directory, System.getProperty("java.class.path"));
    }

    /** Made with jars of its modules, as after a build. */
    static Checkout built(Path directory) throws IOException, InterruptedException {
        Path jars = Files.createDirectories(directory.resolve("jars"));
        for (String module : MODULE_JARS) {
            Path file = Path.of(module);
            jar(Path.of("..").resolve(file).resolveSibling("classes"), jars.resolve(file.getFileName()));
        }
        return copied(directory, Files.readString(Path.of("target", "runtime-libraries")));
    }

    private static void jar(Path classes, Path file) throws IOException {
        try (var jar = new JarOutputStream(Files.newOutputStream(file));
                Stream<Path> all = Files.walk(classes)) {
            for (Path one : all.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry(classes.relativize(one).toString()));
                Files.copy(one, jar);
            }
        }
    }

    private static Checkout copied(Path directory, String classPath) throws IOException, InterruptedException {
        Checkout checkout = new Checkout(directory);
        assertThat(checkout.run(COPY, Map.of("CLASSPATH", classPath))).isEqualTo(new Run(0, "", ""));
        return checkout;
    }

    /** Runs a script in the directory, in the locale C. */
    Run run(String script) throws IOException, InterruptedException {
        return run(script, Map.of("CLASSPATH", System.getProperty("java.class.path")));
    }

    private Run run(String script, Map<String, String> environment) throws IOException, InterruptedException {
        Process process = start("script", script, environment);
        assertThat(process.waitFor(100, TimeUnit.SECONDS)).as("it ends").isTrue();
        return new Run(process.exitValue(), text("script.out"), text("script.err"));
    }

    /** Starts a script, whose output goes to {@code name.out} and {@code name.err}. */
    Process start(String name, String script) throws IOException {
        return start(name, script, Map.of());
    }

    private Process start(String name, String script, Map<String, String> environment) throws IOException {
        Path file = Files.writeString(directory.resolve(name), script, UTF_8);
        ProcessBuilder builder = new ProcessBuilder("sh", file.toString())
                .directory(directory.toFile())
                .redirectOutput(directory.resolve(name + ".out").toFile())
                .redirectError(directory.resolve(name + ".err").toFile());
        builder.environment().keySet().removeIf(key -> key.startsWith("LC_") || key.startsWith("HOLDFAST_"));
        builder.environment().put("LANG", "C");
        builder.environment().put("MODULE_JARS", String.join(" ", MODULE_JARS));
        builder.environment().put("JARS", directory.resolve("jars").toString());
        builder.environment().put("SOURCE", Path.of("..").toRealPath().toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    String text(String name) throws IOException {
        return Files.readString(directory.resolve(name), UTF_8);
    }
}
