package dev.holdfast.server.auth;

import dev.holdfast.admin.RequestContext;
import dev.holdfast.admin.StorableText;
import dev.holdfast.postgres.keys.ApiKeys;
import dev.holdfast.server.http.Problem;
import dev.holdfast.server.http.RequestMetrics;
import io.helidon.webserver.http.ServerRequest;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Samples who was not let in for the audit: the first ones of each minute, as whoever sends them by the thousand must
 * not fill the database. All of them are counted by a metric. Safe for all threads.
 */
public final class RejectionAudit {
    static final int ROWS_PER_MINUTE = 10;
    private static final Set<Integer> STATUSES = Set.of(401, 403);
    private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final String NOBODY = "unauthenticated";
    private static final int TARGET_MAX = 200;
    private static final int REASON_MAX = 1_000;

    private final ApiKeyCache keys;
    private final Minute minute = new Minute(System::nanoTime);

    public RejectionAudit(ApiKeyCache keys) {
        this.keys = keys;
    }

    /** How many rows there were in the minute that runs. Safe for all threads. */
    static final class Minute {
        private final LongSupplier nanos;
        private long began;
        private int rows;

        Minute(LongSupplier nanos) {
            this.nanos = nanos;
            this.began = nanos.getAsLong();
        }

        synchronized boolean takeRow() {
            long now = nanos.getAsLong();
            if (now - began >= PERIOD_NANOS) {
                began = now;
                rows = 0;
            }
            return rows++ < ROWS_PER_MINUTE;
        }
    }

    /** Beside the request: it neither waits for this nor fails with it. */
    public void note(ServerRequest request, Problem problem) {
        if (STATUSES.contains(problem.code().status) && minute.takeRow()) {
            ApiKeys.Refused refused = refused(request, problem);
            keys.beside("a refusal is not in the audit", source -> source.refused(refused));
        }
    }

    /** Of the path nothing but itself: the query may have labels, the headers a key. */
    private static ApiKeys.Refused refused(ServerRequest request, Problem problem) {
        RequestContext context = RequestContexts.of(request);
        String path = request.prologue().uriPath().rawPath();
        String target = request.prologue().method().text() + " "
                + RequestMetrics.route(request).orElse(path);
        return new ApiKeys.Refused(
                request.context().get(Caller.class).map(Caller::name).orElse(NOBODY),
                StorableText.storable(target, TARGET_MAX),
                StorableText.storable(problem.code() + ": " + problem.detail(), REASON_MAX),
                context);
    }
}
