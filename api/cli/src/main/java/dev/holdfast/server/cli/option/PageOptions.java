package dev.holdfast.server.cli.option;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.value.Values;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The page of a list: its size and its start. */
public final class PageOptions {
    @Option(names = "--limit", paramLabel = "N", converter = Values.Limit.class, description = "1 to 500. Default: 50.")
    private @Nullable Integer limit;

    @Option(names = "--cursor", paramLabel = "CURSOR", description = "Cursor that the previous page printed.")
    private @Nullable String cursor;

    PageOptions() {}

    public boolean hasLimit() {
        return limit != null;
    }

    /** Adds them to a query. */
    public void putInto(Map<String, String> query) {
        Client.put(query, "limit", limit == null ? null : String.valueOf(limit));
        Client.put(query, "cursor", cursor);
    }
}
