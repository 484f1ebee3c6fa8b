package dev.holdfast.engine.export;

import dev.holdfast.spi.LogRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Reads an exported history, and refuses one that is not whole. One use, on one thread. */
public final class ExportReader {
    private static final String FORMAT = "holdfast-history";

    private final String source;
    private final BufferedReader lines;
    private int line;

    private ExportReader(String source, BufferedReader lines) {
        this.source = source;
        this.lines = lines;
    }

    /**
     * Reads a history to its end. Throws {@link IllegalArgumentException} that names the source and the line if it is
     * none, if it is cut off, or if a newer Holdfast has written what this one does not know.
     *
     * @param source names it in errors, such as its file
     */
    public static ExportedHistory read(String source, InputStream in) {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        return new ExportReader(source, lines).read();
    }

    private ExportedHistory read() {
        Members head = next();
        if (head == null) {
            throw wrong("it is empty: expected the output of ./holdfast history ID --export");
        }
        ExportedHistory begun = parsed(() -> head(head));
        List<LogRecord> log = new ArrayList<>();
        for (Members json = next(); json != null; json = next()) {
            Members found = json;
            if (found.has("records")) {
                requireEnd(parsed(() -> found.number("records")), log.size());
                return begun.with(log);
            }
            LogRecord record = parsed(() -> RecordJson.read(found));
            if (record.seq() != log.size() + 1) {
                throw wrong("it has record " + record.seq() + ": expected " + (log.size() + 1)
                        + ", because all records of a history are needed");
            }
            log.add(record);
        }
        throw wrong("it is cut off behind record " + log.size() + ": its last line is missing, so export it again");
    }

    private void requireEnd(int records, int found) {
        if (records != found) {
            throw wrong("it has " + found + " records: expected " + records + ", so export it again");
        }
        if (next() != null) {
            throw wrong("expected nothing behind the last line: one file has one history");
        }
    }

    private static ExportedHistory head(Members head) {
        if (!head.has(FORMAT)) {
            throw new IllegalArgumentException("\"" + FORMAT
                    + "\" is missing: expected the output of ./holdfast history ID --export, not that of --json");
        }
        int format = head.number(FORMAT);
        if (format != ExportedHistory.FORMAT) {
            throw new IllegalArgumentException("it has format " + format + ": expected " + ExportedHistory.FORMAT
                    + "; a newer Holdfast has written it, so use its test kit");
        }
        Map<String, String> labels = new HashMap<>();
        head.member("labels")
                .object()
                .properties()
                .forEach(one -> labels.put(one.getKey(), one.getValue().asString()));
        return new ExportedHistory(
                head.text("engine"),
                head.text("id"),
                head.uuid("uid"),
                head.number("run"),
                head.text("definition"),
                head.number("version"),
                head.time("acceptedAt"),
                labels,
                head.has("deadline") ? head.time("deadline") : null,
                head.value("input"),
                List.of());
    }

    /** Reads something of a line. */
    @FunctionalInterface
    private interface Part<T> {
        T read();
    }

    private <T> T parsed(Part<T> part) {
        try {
            return part.read();
        } catch (IllegalArgumentException | DateTimeException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    /** The object of the next line that is not blank; null at the end. */
    private @Nullable Members next() {
        try {
            String text = lines.readLine();
            line++;
            while (text != null && text.isBlank()) {
                text = lines.readLine();
                line++;
            }
            return text == null ? null : new Members(ExportJson.parse(text));
        } catch (JacksonException e) {
            throw wrong("it is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("history " + source + " cannot be read", e);
        }
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("history " + source + ", line " + line + ": " + what);
    }
}
