package dev.holdfast.samples.consumers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Applications that use the artifacts of this build, each built and tested by a Maven of its own. The artifacts are in
 * a local repository of the test, which has links to all else in the user's. Needs the jars that {@code mvn verify}
 * makes before it comes here.
 */
@Tag("long")
class ConsumersTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path SOURCES = Path.of("src/test/consumers");
    private static final String VERSION = "0.1.0-SNAPSHOT";
    private static final List<String> MODULES =
            List.of("engine", "engine/testing", "persistence", "persistence/embedded", "api", "api/cli");

    @TempDir
    private static Path directory;

    @RegisterExtension
    private final TestDatabase database = TestDatabase.create();

    @BeforeAll
    static void deploy() throws IOException {
        Path users = Path.of(System.getProperty("local.repository"));
        Path own = Files.createDirectories(repository().resolve("dev"));
        link(users, repository(), "dev");
        if (Files.exists(users.resolve("dev"))) {
            link(users.resolve("dev"), own, "holdfast");
        }
        deploy("holdfast-parent", "pom.xml");
        deploy("holdfast-bom", "engine/bom/pom.xml");
        for (String module : MODULES) {
            try (Stream<Path> jars = Files.list(ROOT.resolve(module).resolve("target"))) {
                Path jar = jars.filter(
                                file -> file.getFileName().toString().matches("holdfast-[a-z]+(-postgres)?\\.jar"))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("no jar of " + module + ": run mvn verify -Plong"));
                String artifact = jar.getFileName().toString().replace(".jar", "");
                Files.copy(jar, deploy(artifact, module + "/pom.xml").resolve(artifact + "-" + VERSION + ".jar"));
            }
        }
    }

    private static Path repository() {
        return directory.resolve("repository");
    }

    private static void link(Path from, Path to, String except) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.toList()) {
                if (!entry.getFileName().toString().equals(except)) {
                    Files.createSymbolicLink(to.resolve(entry.getFileName()), entry);
                }
            }
        }
    }

    private static Path deploy(String artifact, String pom) throws IOException {
        Path place = Files.createDirectories(
                repository().resolve("dev/holdfast").resolve(artifact).resolve(VERSION));
        Files.copy(ROOT.resolve(pom), place.resolve(artifact + "-" + VERSION + ".pom"));
        return place;
    }

    /** A copy, because the build writes beside its sources. */
    private static Path copy(String name) throws IOException {
        Path copy = Files.createTempDirectory(directory, name);
        try (Stream<Path> files = Files.walk(SOURCES.resolve(name))) {
            for (Path file : files.toList()) {
                if (Files.isRegularFile(file)) {
                    Path target = copy.resolve(SOURCES.resolve(name).relativize(file));
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target);
                }
            }
        } catch (FileSystemException e) {
            throw new AssertionError(e);
        }
        return copy;
    }

    /** What a Maven of its own said. */
    private record Build(int status, String output) {}

    private Build build(Path project, String... goals) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("mvn", "-B", "-Dmaven.repo.local=" + repository()));
        command.addAll(List.of(goals));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(variable -> variable.startsWith("HOLDFAST_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("SHOP_DATABASE_URL", database.jdbcUrl());
        builder.environment().put("SPRING_DATASOURCE_URL", database.jdbcUrl());
        Process maven = builder.start();
        String output = new String(maven.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Build(maven.waitFor(), output);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "server", "helidon", "spring-boot-3", "spring-boot-4", "enqueue"})
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void buildsAndRuns(String name) throws Exception {
        Build build = build(copy(name), "test");

        assertThat(build.status()).as(build.output()).isZero();
        assertThat(build.output()).containsPattern("Tests run: [1-9]");
    }

    private static void change(Path file, UnaryOperator<String> change) throws IOException {
        Files.writeString(file, change.apply(Files.readString(file)));
    }

    /** The whole of "From an empty folder". */
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void theFirstWorkflowRunsTwiceAndPaysOnce() throws Exception {
        Path project = copy("first");
        Build first = build(project, "compile", "exec:exec");
        Build second = build(project, "exec:exec");

        assertThat(first.status()).as(first.output()).isZero();
        assertThat(first.output()).contains("mailed: 4200 cents from tok", "Receipt[payment=4200 cents");
        assertThat(second.output()).contains("Receipt[payment=4200 cents").doesNotContain("mailed");
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void refusesSpringBoot3WithoutTheBomAndSaysWhatToDo() throws Exception {
        Path project = copy("spring-boot-3");
        change(
                project.resolve("pom.xml"),
                pom -> pom.replaceFirst("(?s)<dependencyManagement>.*</dependencyManagement>", "")
                        .replaceAll(
                                "(<artifactId>holdfast-[a-z]+</artifactId>)", "$1<version>" + VERSION + "</version>"));
        Build build = build(project, "test");

        assertThat(build.status()).as(build.output()).isNotZero();
        assertThat(build.output())
                .contains("com.fasterxml.jackson.core:jackson-annotations", "dev.holdfast:holdfast-bom");
    }
}
