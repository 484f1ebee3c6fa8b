package dev.holdfast.server.routes;

import dev.holdfast.admin.HistoryItem;
import dev.holdfast.server.http.ErrorView;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** JSON of a history item. {@code position} is null for items other than steps. */
record HistoryView(
        int seq,
        @Nullable Integer position,
        String branch,
        String kind,
        String name,
        String state,
        int attempt,
        @Nullable String idempotencyKey,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable ErrorView error) {
    static HistoryView of(HistoryItem item) {
        return new HistoryView(
                item.seq(),
                item.position() < 0 ? null : item.position(),
                item.branch(),
                item.kind().name().toLowerCase(Locale.ROOT),
                item.name(),
                item.state(),
                item.attempt(),
                item.idempotencyKey().orElse(null),
                item.startedAt(),
                item.endedAt().orElse(null),
                item.error().map(ErrorView::of).orElse(null));
    }
}
