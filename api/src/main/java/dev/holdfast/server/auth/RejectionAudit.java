package dev.holdfast.server.auth;

import dev.holdfast.admin.RequestContext;
import dev.holdfast.admin.StorableText;
import dev.holdfast.postgres.keys.ApiKeys;
import dev.holdfast.server.http.Paths;
import dev.holdfast.server.http.Problem;
import dev.holdfast.server.http.ProblemCode;
import dev.holdfast.server.http.RequestMetrics;
import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Writes a sample of rejected requests to the audit log: the first {@value #ROWS_PER_MINUTE} of each minute, so that a
 * flood of them does not fill the database. {@link RejectionMetrics} counts all. Safe for all threads.
 */
public final class RejectionAudit {
    static final int ROWS_PER_MINUTE = 10;
    private static final Set<Integer> STATUSES = Set.of(401, 403);
    private static final Set<ProblemCode> UNKNOWN =
            Set.of(ProblemCode.UNKNOWN_WORKFLOW, ProblemCode.UNKNOWN_DEAD_LETTER);
    private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final String UNAUTHENTICATED = "unauthenticated";
    private static final int TARGET_MAX = 200;
    private static final int REASON_MAX = 1_000;

    private final ApiKeyCache keys;
    private final Minute minute = new Minute(System::nanoTime);

    public RejectionAudit(ApiKeyCache keys) {
        this.keys = keys;
    }

    /** Counts the rows of the current minute. Safe for all threads. */
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

    /** Writes apart from the request, which neither waits for it nor fails with it. */
    public void record(ServerRequest request, Problem problem) {
        if (isOfItsSender(request, problem) && minute.takeRow()) {
            ApiKeys.Refused refused = refused(request, problem);
            keys.writeInBackground(
                    "a rejected request was not written to the audit log", source -> source.refused(refused));
        }
    }

    /** For an action outside the scopes of the caller, 404 stands for 403, and the engine never hears of it. */
    private static boolean isOfItsSender(ServerRequest request, Problem problem) {
        boolean acts =
                !Set.of(Method.GET, Method.HEAD).contains(request.prologue().method());
        return STATUSES.contains(problem.code().status)
                || UNKNOWN.contains(problem.code())
                        && acts
                        && request.context()
                                .get(Caller.class)
                                .filter(caller -> !caller.scopes().isEmpty())
                                .isPresent();
    }

    /** Takes the path only: the query may have labels, and the headers a key. */
    private static ApiKeys.Refused refused(ServerRequest request, Problem problem) {
        RequestContext context = RequestContexts.of(request);
        String path = Paths.withoutToken(request.prologue().uriPath().rawPath());
        String target = request.prologue().method().text() + " "
                + RequestMetrics.route(request).orElse(path);
        return new ApiKeys.Refused(
                request.context().get(Caller.class).map(Caller::name).orElse(UNAUTHENTICATED),
                StorableText.storable(target, TARGET_MAX),
                StorableText.storable(problem.code() + ": " + problem.detail(), REASON_MAX),
                context);
    }
}
