package dev.holdfast.samples.supply;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/dependencies.md lists exactly the class path of {@code ./holdfast}. */
class DependenciesTest {
    private static final Path PAGE = Path.of("../docs/dependencies.md");
    /** Written by the build before the tests. */
    private static final Path CLASS_PATH = Path.of("target/runtime-libraries");

    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([^`:]+:[^`]+)` \\| (\\S+) \\| ([^|]+) \\| ([^|]+) \\|$");

    /** Licence names of poms. An unlisted one fails the build until a maintainer has reviewed it. */
    private static final Map<String, String> LICENCES = Map.ofEntries(
            Map.entry("0BSD", "0BSD"),
            Map.entry("Apache 2.0", "Apache-2.0"),
            Map.entry("Apache License 2.0", "Apache-2.0"),
            Map.entry("Apache License, Version 2.0", "Apache-2.0"),
            Map.entry("Apache-2.0", "Apache-2.0"),
            Map.entry("BSD-2-Clause", "BSD-2-Clause"),
            Map.entry("BSD-3-Clause", "BSD-3-Clause"),
            Map.entry("Eclipse Public License - v 2.0", "EPL-2.0"),
            Map.entry("GNU Lesser General Public License", "LGPL-2.1"),
            Map.entry("MIT", "MIT"),
            Map.entry("Public Domain, per Creative Commons CC0", "CC0-1.0"),
            Map.entry("The Apache License, Version 2.0", "Apache-2.0"),
            Map.entry("The Apache Software License, Version 2.0", "Apache-2.0"),
            Map.entry("The Apache Software License, version 2.0", "Apache-2.0"));

    /** Licences under which a program under Apache-2.0 may use an unchanged library. */
    private static final Set<String> COMPATIBLE =
            Set.of("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "EPL-2.0", "MIT");

    /** The row of a library, or of all libraries with this prefix. */
    private record Row(String version, String licences) {}

    private static Map<String, Row> rows() throws IOException {
        return ROW.matcher(Files.readString(PAGE))
                .results()
                .collect(toMap(
                        row -> row.group(1),
                        row -> new Row(row.group(2), row.group(3).strip()),
                        (a, b) -> {
                            throw new AssertionError("twice: " + a + ", " + b);
                        },
                        LinkedHashMap::new));
    }

    private static List<Library> libraries() throws IOException {
        Path repository = Path.of(System.getProperty("local.repository"));
        return Arrays.stream(Files.readString(CLASS_PATH).strip().split(":"))
                .map(jar -> Library.of(Path.of(jar), repository))
                .toList();
    }

    /** The row of this name, else the row whose prefix before the star matches. */
    private static String rowOf(Library library, Set<String> rows) {
        return rows.contains(library.name())
                ? library.name()
                : rows.stream()
                        .filter(row -> row.endsWith(":*") && library.group().startsWith(row.replace("*:*", "")))
                        .findFirst()
                        .orElse("no row for " + library.name() + " " + library.version() + ", " + licences(library));
    }

    private static String licences(Library library) {
        return library.licences().stream()
                .map(name -> LICENCES.getOrDefault(name, "unknown licence \"" + name + "\""))
                .sorted()
                .distinct()
                .collect(Collectors.joining(" or "));
    }

    @Test
    void thePageHasWhatIsOnTheClassPathAndNothingElse() throws IOException {
        Map<String, Row> rows = rows();

        Map<String, Row> found = libraries().stream()
                .collect(toMap(
                        library -> rowOf(library, rows.keySet()),
                        library -> new Row(library.version(), licences(library)),
                        (a, b) -> a.equals(b) ? a : new Row(a + " and " + b, "differ: they need rows of their own")));

        assertThat(found).hasSizeGreaterThan(10).containsExactlyInAnyOrderEntriesOf(rows);
    }

    @Test
    void everyLibraryCanBeUsedUnderApache2() throws IOException {
        Set<String> rejected = libraries().stream()
                .filter(library ->
                        Arrays.stream(licences(library).split(" or ")).noneMatch(COMPATIBLE::contains))
                .map(library -> library.name() + ": " + licences(library))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(rejected).isEmpty();
    }
}
