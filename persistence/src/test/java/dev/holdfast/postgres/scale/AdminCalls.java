package dev.holdfast.postgres.scale;

import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.DeadLetterFilter;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.postgres.scale.Cost.Call;
import dev.holdfast.spi.AdminStore;
import dev.holdfast.spi.DeadLetterId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The lists that people ask for: pages of 50, each filter with and without a match, first and later pages. */
final class AdminCalls {
    private static final int PAGE = 50;
    /** A page of a list that finds its rows in order. */
    private static final long PAGE_ROWS_MAX = 3_000;
    /** A search looks at 10,000 workflows and ends its page there; a look reads a few tables by an index. */
    private static final long SEARCH_ROWS_MAX = 50_000;
    /** The same for 2,000 parked workflows. */
    private static final long LETTER_SEARCH_ROWS_MAX = 30_000;
    /** A search looks at 10,000 rows of the audit, twice if it finds too few. */
    private static final long AUDIT_SEARCH_ROWS_MAX = 20_500;

    private final AdminStore admin;

    AdminCalls(AdminStore admin) {
        this.admin = admin;
    }

    List<Call> all(long openRows) {
        List<Call> calls = new ArrayList<>(lists());
        calls.addAll(searches());
        calls.addAll(deadLetters());
        calls.addAll(audit());
        calls.add(new Call("`retention`", 0, () -> admin.retention().size()));
        calls.add(Call.ofAllOpen("`nodes`", openRows, () -> admin.nodes().size()));
        return calls;
    }

    private List<Call> lists() {
        WorkflowFilter newest = WorkflowFilter.newest(PAGE);
        List<Call> calls = new ArrayList<>(List.of(
                list("newest", newest, PAGE_ROWS_MAX),
                list("type", newest.type(Samples.TYPE), PAGE_ROWS_MAX),
                list("before a week ago", newest.before(weekAgo()), PAGE_ROWS_MAX),
                list("after a week ago", newest.after(weekAgo()), PAGE_ROWS_MAX)));
        for (WorkflowStatus status : WorkflowStatus.values()) {
            boolean none = List.of(WorkflowStatus.RUNNING, WorkflowStatus.QUEUED, WorkflowStatus.COMPENSATING)
                            .contains(status)
                    || status.name().equals("PAUSED");
            calls.add(list(status.name(), newest.statuses(status), none ? SEARCH_ROWS_MAX : PAGE_ROWS_MAX));
        }
        String next = admin.list(newest).next().orElseThrow();
        calls.add(list("second page", newest.from(next), PAGE_ROWS_MAX));
        for (String wait : List.of("retry", "retry:charge", "signal", "signal:nobody's")) {
            calls.add(list("waiting for " + wait, newest.waitingFor(wait), PAGE_ROWS_MAX));
        }
        calls.add(list(
                "waiting for retry:charge, nobody's type",
                newest.waitingFor("retry:charge").type("nobody's"),
                SEARCH_ROWS_MAX));
        return calls;
    }

    private List<Call> searches() {
        WorkflowFilter newest = WorkflowFilter.newest(PAGE);
        return List.of(
                list("a tenth of a percent, by label", newest.label("tenant", "t7"), SEARCH_ROWS_MAX),
                list("nobody's label", newest.label("tenant", "nobody"), SEARCH_ROWS_MAX),
                list("nobody's type", newest.type("nobody's"), SEARCH_ROWS_MAX),
                list("nobody's type, before a week ago", newest.type("nobody's").before(weekAgo()), SEARCH_ROWS_MAX),
                list("COMPLETED, nobody's type", of(WorkflowStatus.COMPLETED).type("nobody's"), SEARCH_ROWS_MAX),
                list("FAILED, nobody's type", of(WorkflowStatus.FAILED).type("nobody's"), SEARCH_ROWS_MAX),
                list("WAITING, nobody's label", of(WorkflowStatus.WAITING).label("tenant", "nobody"), SEARCH_ROWS_MAX),
                list(
                        "DEAD_LETTERED, nobody's type",
                        of(WorkflowStatus.DEAD_LETTERED).type("nobody's"),
                        SEARCH_ROWS_MAX),
                list(
                        "FAILED or WAITING, nobody's type",
                        newest.statuses(WorkflowStatus.FAILED, WorkflowStatus.WAITING)
                                .type("nobody's"),
                        SEARCH_ROWS_MAX));
    }

    private static WorkflowFilter of(WorkflowStatus status) {
        return WorkflowFilter.newest(PAGE).statuses(status);
    }

    private List<Call> deadLetters() {
        DeadLetterFilter all = DeadLetterFilter.all(PAGE);
        DeadLetterId letter =
                admin.locateLetter(admin.deadLetters(all).items().get(0).id()).orElseThrow();
        String next = admin.deadLetters(all).next().orElseThrow();
        return List.of(
                letters("all", all, PAGE_ROWS_MAX),
                letters("second page", all.from(next), PAGE_ROWS_MAX),
                letters("type", all.type(Samples.TYPE), LETTER_SEARCH_ROWS_MAX),
                letters("nobody's type", all.type("nobody's"), LETTER_SEARCH_ROWS_MAX),
                letters("cause", all.cause(DeadLetter.Cause.NON_RETRYABLE), LETTER_SEARCH_ROWS_MAX),
                letters("nobody's cause", all.cause(DeadLetter.Cause.POISON), LETTER_SEARCH_ROWS_MAX),
                letters("nobody's step", all.step("nobody's"), LETTER_SEARCH_ROWS_MAX),
                new Call(
                        "`deadLetter`",
                        50,
                        () -> admin.deadLetter(letter.key(), letter.seq()).isPresent() ? 1 : 0));
    }

    private List<Call> audit() {
        AuditFilter newest = AuditFilter.newest(PAGE);
        String next = admin.audit(newest).next().orElseThrow();
        return List.of(
                audit("newest", newest),
                audit("second page", newest.from(next)),
                audit("actor", newest.actor("operator-7")),
                audit("nobody's actor", newest.actor("nobody")),
                audit("action", newest.action("CANCEL")),
                audit("nobody's action", newest.action("ERASE")),
                audit("target", newest.target(Kind.CANCELLED.id(7))),
                audit("nobody's target", newest.target("nobody's")),
                audit("before a week ago", newest.before(weekAgo())),
                audit(
                        "nobody's actor, in a week",
                        newest.actor("nobody")
                                .after(weekAgo().minus(Duration.ofDays(7)))
                                .before(weekAgo())));
    }

    private Call list(String name, WorkflowFilter filter, long rowsMax) {
        return new Call("`list`, " + name, rowsMax, () -> size(admin.list(filter)));
    }

    private Call letters(String name, DeadLetterFilter filter, long rowsMax) {
        return new Call("`deadLetters`, " + name, rowsMax, () -> size(admin.deadLetters(filter)));
    }

    private Call audit(String name, AuditFilter filter) {
        return new Call("`audit`, " + name, AUDIT_SEARCH_ROWS_MAX, () -> size(admin.audit(filter)));
    }

    private static int size(Page<?> page) {
        return page.items().size();
    }

    private static Instant weekAgo() {
        return Instant.now().minus(Duration.ofDays(7));
    }
}
