package dev.holdfast.engine;

import dev.holdfast.Codec;
import dev.holdfast.HistoryItem;
import dev.holdfast.InvalidOptionException;
import dev.holdfast.Page;
import dev.holdfast.spi.LogRow;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a history page by page. The cursor is the seq of the last item. */
final class HistoryPages {
    private static final int ROWS = 1_000;

    private final Store store;
    private final Codec codec;

    HistoryPages(Store store, Codec codec) {
        this.store = store;
        this.codec = codec;
    }

    /** Reads from the first record, because a later one may tell how an earlier item ended. */
    Page<HistoryItem> page(WorkflowKey key, Optional<String> cursor, int limit) {
        int after = cursor.map(HistoryPages::seq).orElse(0);
        List<HistoryItem> items = new HistoryItems(codec).of(all(key));
        List<HistoryItem> found = items.stream()
                .filter(item -> item.seq() > after)
                .limit(limit + 1L)
                .toList();
        return Page.of(found, limit, item -> String.valueOf(item.seq()));
    }

    private List<LogRow> all(WorkflowKey key) {
        List<LogRow> rows = new ArrayList<>();
        List<LogRow> part;
        do {
            part = store.log(key, rows.isEmpty() ? 0 : rows.getLast().seq(), ROWS);
            rows.addAll(part);
        } while (part.size() == ROWS);
        return rows;
    }

    private static int seq(String cursor) {
        try {
            return Integer.parseInt(cursor);
        } catch (NumberFormatException e) {
            throw new InvalidOptionException("cursor", "\"" + cursor + "\" is no cursor: pass back \"next\" as it came");
        }
    }
}
