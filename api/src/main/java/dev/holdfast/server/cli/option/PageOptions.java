package dev.holdfast.server.cli.option;

import dev.holdfast.server.cli.client.Client;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The page of a list: its size and its start. */
public final class PageOptions {
    @Option(names = "--limit", paramLabel = "N", description = "1 to 500. Default: 50.")
    private @Nullable String limit;

    @Option(names = "--cursor", paramLabel = "CURSOR", description = "Cursor that the previous page printed.")
    private @Nullable String cursor;

    PageOptions() {}

    public boolean hasLimit() {
        return limit != null;
    }

    /** Adds them to a query. */
    public void putInto(Map<String, String> query) {
        Client.put(query, "limit", limit);
        Client.put(query, "cursor", cursor);
    }
}
