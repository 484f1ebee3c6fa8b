package dev.holdfast.server.routes;

import dev.holdfast.admin.OpenIntent;
import dev.holdfast.admin.Page;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON of a restored copy: a page of its intents without an outcome, which is empty where it is none. */
record AdoptionView(
        boolean restored, List<Item> items, @Nullable String next) {
    /** JSON of an intent. */
    record Item(
            String workflowId,
            String type,
            int version,
            String step,
            int position,
            String branch,
            int attempt,
            String idempotencyKey,
            Instant since) {}

    static AdoptionView of(boolean restored, Page<OpenIntent> page) {
        return new AdoptionView(
                restored,
                page.items().stream().map(AdoptionView::item).toList(),
                page.next().orElse(null));
    }

    private static Item item(OpenIntent intent) {
        return new Item(
                intent.workflowId(),
                intent.type(),
                intent.version(),
                intent.step(),
                intent.position(),
                intent.branch(),
                intent.attempt(),
                intent.idempotencyKey(),
                intent.since());
    }
}
