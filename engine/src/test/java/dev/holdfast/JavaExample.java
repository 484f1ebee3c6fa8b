package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** An example in a comment or on a page, as a source that the compiler takes. Immutable. */
public final class JavaExample extends SimpleJavaFileObject {
    private final Path file;
    private final String text;

    /** {@code name} is that of its class, and {@code file} has the example. */
    public JavaExample(String name, Path file, String text) {
        super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
        this.file = file;
        this.text = text;
    }

    /** Compiles them into this directory, with what this test may use. */
    public static void compile(List<JavaExample> examples, Path classes) {
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        List<String> options = List.of(
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                classes + File.pathSeparator + System.getProperty("java.class.path"));
        boolean compiles = ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, diagnostics, options, null, examples)
                .call();
        assertThat(compiles).as("%s", diagnostics.getDiagnostics()).isTrue();
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
    }

    /** The compiler names a source by this. */
    @Override
    public String getName() {
        return file + " " + super.getName();
    }
}
