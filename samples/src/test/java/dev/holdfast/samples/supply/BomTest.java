package dev.holdfast.samples.supply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The BOM has a version of its own for each artifact of the build; they are those that the build uses. */
class BomTest {
    private static final Pattern MANAGED = Pattern.compile(
            "<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>\\s*<version>([^<]+)</version>");
    private static final Pattern PROPERTY = Pattern.compile("<([a-z.-]+)>([^<]+)</\\1>");
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>(holdfast-[^<]+)</artifactId>");
    private static final Path ROOT = Path.of("..");

    private static Map<String, String> managed(Path pom) throws IOException {
        String text = Files.readString(ROOT.resolve(pom));
        Map<String, String> properties = new TreeMap<>();
        PROPERTY.matcher(text).results().forEach(found -> properties.putIfAbsent(found.group(1), found.group(2)));
        properties.put("project.version", properties.getOrDefault("version", ""));
        Map<String, String> managed = new TreeMap<>();
        MANAGED.matcher(text).results().forEach(found -> {
            String version = found.group(3);
            managed.put(
                    found.group(1) + ":" + found.group(2),
                    version.startsWith("${")
                            ? properties.getOrDefault(version.substring(2, version.length() - 1), version)
                            : version);
        });
        return managed;
    }

    @Test
    void hasTheVersionsOfTheBuild() throws IOException {
        Map<String, String> build = managed(Path.of("pom.xml"));
        Map<String, String> bom = managed(Path.of("engine/bom/pom.xml"));
        bom.remove("dev.holdfast:holdfast-bom"); // itself
        bom.remove("tools.jackson.core:jackson-core"); // comes with jackson-databind, and has its version
        bom.remove("com.fasterxml.jackson.core:jackson-annotations"); // the next test

        assertThat(bom)
                .hasSizeGreaterThan(7)
                .allSatisfy((artifact, version) -> assertThat(build)
                        .as("the version of %s in pom.xml", artifact)
                        .containsEntry(artifact, version));
    }

    @Test
    void hasTheJacksonOfTheClassPath() throws IOException {
        Map<String, String> bom = managed(Path.of("engine/bom/pom.xml"));
        Map<String, String> used = new TreeMap<>();
        Path repository = Path.of(System.getProperty("local.repository"));
        for (String jar :
                Files.readString(Path.of("target/runtime-libraries")).strip().split(":", -1)) {
            Library library = Library.of(Path.of(jar), repository);
            if (library.group().contains("jackson")) {
                used.put(library.group() + ":" + library.artifact(), library.version());
            }
        }

        assertThat(used)
                .hasSize(3)
                .allSatisfy((artifact, version) -> assertThat(bom).containsEntry(artifact, version));
    }

    @Test
    void hasEveryModuleThatIsPublished() throws IOException {
        String bom = Files.readString(ROOT.resolve("engine/bom/pom.xml"));
        for (String module :
                new String[] {"engine", "engine/testing", "persistence", "persistence/embedded", "api", "api/cli"}) {
            String pom = Files.readString(ROOT.resolve(module).resolve("pom.xml"));
            String artifact = ARTIFACT.matcher(pom.substring(pom.indexOf("</parent>")))
                    .results()
                    .findFirst()
                    .orElseThrow()
                    .group(1);
            assertThat(bom).contains("<artifactId>" + artifact + "</artifactId>");
        }
    }
}
