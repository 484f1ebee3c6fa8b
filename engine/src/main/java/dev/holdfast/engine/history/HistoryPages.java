package dev.holdfast.engine.history;

import dev.holdfast.Codec;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.InvalidOptionException;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.util.List;

/** Reads a history page by page. The cursor is the seq of the last item. Safe for all threads. */
public final class HistoryPages {
    private final Store store;
    private final HistoryItems items;

    public HistoryPages(Store store, Codec codec) {
        this.store = store;
        this.items = new HistoryItems(new FailureCodec(codec));
    }

    public Page<HistoryItem> page(WorkflowKey key, PageRequest request) {
        int after = request.cursor().map(HistoryPages::seq).orElse(0);
        List<HistoryItem> found = store.history(key, after, request.limit() + 1).stream()
                .map(items::of)
                .toList();
        return Page.of(found, request.limit(), item -> String.valueOf(item.seq()));
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
