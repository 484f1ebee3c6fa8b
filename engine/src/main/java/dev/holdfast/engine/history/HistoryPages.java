package dev.holdfast.engine.history;

import dev.holdfast.Codec;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.InvalidOptionException;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.util.ArrayList;
import java.util.List;

/** Reads a history page by page. The cursor is the seq of the last item. */
public final class HistoryPages {
    private static final int ROWS = 1_000;

    private final Store store;
    private final Codec codec;

    public HistoryPages(Store store, Codec codec) {
        this.store = store;
        this.codec = codec;
    }

    /** Reads from the first record, because a later one may have the end of an earlier item. */
    public Page<HistoryItem> page(WorkflowKey key, PageRequest request) {
        int after = request.cursor().map(HistoryPages::seq).orElse(0);
        List<HistoryItem> items = new HistoryItems(codec).of(all(key));
        List<HistoryItem> found = items.stream()
                .filter(item -> item.seq() > after)
                .limit(request.limit() + 1L)
                .toList();
        return Page.of(found, request.limit(), item -> String.valueOf(item.seq()));
    }

    private List<LogRecord> all(WorkflowKey key) {
        List<LogRecord> rows = new ArrayList<>();
        List<LogRecord> part;
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
            throw new InvalidOptionException(
                    "cursor", "\"" + cursor + "\" is no cursor: pass back \"next\" as it came");
        }
    }
}
