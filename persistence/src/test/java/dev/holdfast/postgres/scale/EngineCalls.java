package dev.holdfast.postgres.scale;

import dev.holdfast.admin.RequestContext;
import dev.holdfast.postgres.scale.Cost.Call;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.FeedPosition;
import dev.holdfast.spi.InboxCursor;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** The calls of the port that the engine makes, and those of people who ask for one workflow. */
final class EngineCalls {
    private static final int PAGE = 256;
    private static final int RECORDS = 1_000;

    private final Store store;
    private final Places places;

    EngineCalls(Store store, Places places) {
        this.store = store;
        this.places = places;
    }

    List<Call> all(long openRows) {
        List<Integer> buckets = IntStream.range(0, 256).boxed().toList();
        return List.of(
                new Call(
                        "`due`, 256",
                        9 * 256, // of each bucket whether one is due, and the oldest 8
                        () -> store.due(Duration.ZERO, PAGE).size()),
                Call.ofAllOpen(
                        "`interrupted`, 256 buckets",
                        openRows,
                        () -> store.interrupted(buckets, null, PAGE).size()),
                new Call(
                        "`load`, 100 that sleep",
                        3_000,
                        () -> store.load(places.copies(Kind.SLEEPING)).size()),
                new Call(
                        "`heads`, 100",
                        1_500,
                        () -> store.heads(places.copies(Kind.NAMED)).size()),
                new Call(
                        "`headsWithValues`, 100 that failed",
                        1_500,
                        () -> store.headsWithValues(places.copies(Kind.FAILED)).size()),
                new Call(
                        "`log`",
                        30,
                        () -> store.log(parked(), 0, RECORDS, Long.MAX_VALUE).size()),
                new Call("`bytes`", 30, () -> store.bytes(parked()) > 0 ? 1 : 0),
                new Call(
                        "`input`",
                        10,
                        () -> store.input(parked()).map(input -> 1).orElse(0)),
                new Call(
                        "`inbox`",
                        10,
                        () -> store.inbox(InboxCursor.START, PAGE).messages().size()),
                new Call(
                        "`results`, 100",
                        300,
                        () -> store.results(places.actions()).size()),
                new Call("`request`", 30, this::request),
                new Call("`feed`, 100", 2_000, this::feed));
    }

    List<Call> ofOne() {
        String generated = store.idOf(places.copy(Kind.COMPLETED));
        return List.of(
                new Call(
                        "`published`",
                        30,
                        () -> store.published(places.copy(Kind.NAMED)).size()),
                new Call("`locate`, generated id", 10, () -> located(generated)),
                new Call("`locate`, chosen id", 10, () -> located(Kind.NAMED.id(5))),
                new Call("`locate`, nobody's id", 10, () -> located("nobody's")),
                new Call("`find`, completed", 50, () -> found(places.copy(Kind.NAMED))),
                new Call("`find`, parked", 50, () -> found(parked())),
                new Call("`find`, sleeping", 50, () -> found(places.copy(Kind.SLEEPING))),
                new Call("`find`, moved to a later era", 50, () -> found(places.copy(Kind.MOVED))),
                new Call(
                        "`history`, 50",
                        50,
                        () -> store.history(parked(), 0, 50).size()));
    }

    Call retire(String name, long rowsMax) {
        return new Call(name, rowsMax, () -> store.retire().keys().size());
    }

    private int located(String id) {
        return store.locate(id).isPresent() ? 1 : 0;
    }

    private int found(WorkflowKey key) {
        return store.find(key).isPresent() ? 1 : 0;
    }

    private WorkflowKey parked() {
        return places.copy(Kind.PARKED);
    }

    private int feed() {
        List<FeedPosition> watched = places.copies(Kind.NAMED).stream()
                .map(key -> new FeedPosition(key, 0))
                .toList();
        return store.feed(watched, Long.MAX_VALUE).size();
    }

    private int request() {
        WorkflowKey key = places.copies(Kind.SLEEPING).get(1);
        store.request(
                new OperatorAction(key, UUID.randomUUID(), ActionKind.CANCEL, "it", 0, "operator", "to see its cost"),
                RequestContext.NONE);
        return 1;
    }
}
