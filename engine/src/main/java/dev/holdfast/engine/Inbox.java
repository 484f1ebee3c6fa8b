package dev.holdfast.engine;

import dev.holdfast.Failure;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.WorkflowStatus;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Ask;
import dev.holdfast.spi.DeadLetter;
import dev.holdfast.DeadLetterSummary.Cause;
import dev.holdfast.spi.Entry;
import dev.holdfast.spi.LogRow;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what is asked of the workflows that this node owns, each as one record of its log: the one decider of every
 * race. What it does not come to, because the workflow is being loaded or its record was not written, stays in the
 * inbox and is looked at again. Looks on the feeder's thread.
 */
final class Inbox {
    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
    private static final int PAGE = 256;
    private static final byte[] NOTHING = {};
    private static final byte[] SCRUBBED_VALUE = "null".getBytes(StandardCharsets.UTF_8);
    private static final Failure SCRUBBED = new Failure("scrubbed", "scrubbed");

    private final Store store;
    private final Environment environment;
    private final Dispatcher dispatcher;
    private final Starter starter;
    private final Waiters<UUID, Answer> answers;
    private final Waiters<WorkflowKey, Ending> endings;
    /** Asked of workflows that are loaded: looked at again when they have left. */
    private final Set<WorkflowKey> asked = ConcurrentHashMap.newKeySet();

    /** What was logged once. */
    private final Set<UUID> undecidable = ConcurrentHashMap.newKeySet();

    private volatile Runnable changed = () -> {};

    Inbox(
            Store store,
            Environment environment,
            Dispatcher dispatcher,
            Starter starter,
            Waiters<UUID, Answer> answers,
            Waiters<WorkflowKey, Ending> endings) {
        this.store = store;
        this.environment = environment;
        this.dispatcher = dispatcher;
        this.starter = starter;
        this.answers = answers;
        this.endings = endings;
    }

    /** Run when a decision has made something to do. */
    void onChange(Runnable told) {
        changed = told;
    }

    /** A workflow has left this process; whether something was asked of it meanwhile. */
    boolean left(WorkflowKey key) {
        return asked.remove(key);
    }

    /** Decides what lies in the inbox; what cannot be decided yet keeps nothing else from it. */
    void look() {
        Set<UUID> seen = new HashSet<>();
        List<Ask> page;
        do {
            page = store.inbox(seen, PAGE);
            for (Ask ask : page) {
                seen.add(ask.id());
                decide(ask);
            }
        } while (page.size() == PAGE);
    }

    private void decide(Ask ask) {
        asked.add(ask.key()); // first, so that one that leaves just now is looked at again
        Optional<Execution> loaded = dispatcher.loaded(ask.key().uid());
        if (loaded.isPresent()) {
            decideLoaded(loaded.orElseThrow(), ask);
            return;
        }
        asked.remove(ask.key());
        dispatcher.claim(ask.key()).ifPresent(claim -> decideAlone(ask, claim));
    }

    /** One that cannot be read keeps no other from being decided, nor anything from being started. */
    private void decideAlone(Ask ask, Claim claim) {
        try {
            decideClaimed(ask, claim);
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            if (undecidable.add(ask.id())) {
                String id = store.idOf(ask.key());
                LOG.atError()
                        .addKeyValue("workflow", id)
                        .setCause(e)
                        .log("workflow {} cannot be read, so nobody can {} it", id, ask.verb());
            }
        }
    }

    private void decideLoaded(Execution execution, Ask ask) {
        switch (ask.act()) {
            case CANCEL -> execution.cancel(ask);
            case TERMINATE -> tell(ask, execution.terminate(ended(WorkflowStatus.CANCELLED, NOTHING, ask)));
            case RETRY, DISCARD, ERASE, SCRUB -> {
                if (!isLeaving(ask)) {
                    tell(ask, execution.answer(new Entry.Answered(ask, refused(WorkflowStatus.RUNNING))));
                }
            }
        }
    }

    /** Parked or ended, and so to be decided, but its thread is still here: it is decided when that has left. */
    private boolean isLeaving(Ask ask) {
        LogRow last = store.lastRow(ask.key()).orElse(null);
        return ask.act().ofEnded()
                ? last != null && last.event() instanceof Entry.Ended
                : last != null && last.event() instanceof Entry.Parked && last.seq() == ask.letterSeq();
    }

    /** It is unclaimed when its record is known, or by the execution that takes it over. */
    private void decideClaimed(Ask ask, Claim claim) {
        boolean handedOver = false;
        try {
            LogRow last = store.lastRow(ask.key()).orElse(null);
            Entry record = record(ask, last);
            handedOver = record != null;
            if (record == null) {
                starter.takeToCancel(ask, claim);
            } else {
                write(ask, claim, record, last == null ? 0 : last.seq());
            }
        } catch (OwnershipLostException e) {
            handedOver = false;
            String id = store.idOf(ask.key());
            LOG.atDebug()
                    .addKeyValue("workflow", id)
                    .setCause(e)
                    .log("workflow {} is another node's now, which decides", id);
        } finally {
            if (!handedOver) {
                dispatcher.unclaim(claim);
            }
        }
    }

    /** What the decision writes; null where the workflow's own code has to run for it. */
    private @Nullable Entry record(Ask ask, @Nullable LogRow last) {
        if (last != null && last.event() instanceof Entry.Ended ended) {
            return ofEnded(ask, ended);
        }
        if (last == null && store.find(ask.key()).isEmpty()) {
            return closed(ask, null); // it has gone since it was asked, and a record would bring it back
        }
        DeadLetter letter = last != null && last.event() instanceof Entry.Parked parked ? parked.deadLetter() : null;
        return switch (ask.act()) {
            case TERMINATE -> ended(WorkflowStatus.CANCELLED, NOTHING, ask);
            case CANCEL -> cancel(ask, last, letter);
            case RETRY -> isOpen(ask, last, letter) ? new Entry.Retried(ask) : closed(ask, letter);
            case DISCARD ->
                isOpen(ask, last, letter) && letter != null
                        ? ended(WorkflowStatus.FAILED, encode(letter.failure()), ask)
                        : closed(ask, letter);
            case ERASE, SCRUB -> closed(ask, letter);
        };
    }

    private Entry ofEnded(Ask ask, Entry.Ended ended) {
        return switch (ask.act()) {
            case ERASE -> new Entry.Erased(ask, ended.status());
            case SCRUB -> new Entry.Scrubbed(ask, ended.status(), SCRUBBED_VALUE, encode(SCRUBBED));
            default -> new Entry.Answered(ask, refused(ended.status()));
        };
    }

    /** Nothing ran yet: it just ends. What kills its process is not loaded once more for this. */
    private @Nullable Entry cancel(Ask ask, @Nullable LogRow last, @Nullable DeadLetter letter) {
        if (last == null) {
            return ended(WorkflowStatus.CANCELLED, NOTHING, ask);
        }
        boolean poison = letter != null && letter.cause() == Cause.POISON;
        return poison ? new Entry.Answered(ask, refused(WorkflowStatus.DEAD_LETTERED)) : null;
    }

    private static boolean isOpen(Ask ask, @Nullable LogRow last, @Nullable DeadLetter letter) {
        return letter != null && last != null && last.seq() == ask.letterSeq();
    }

    private Entry closed(Ask ask, @Nullable DeadLetter other) {
        WorkflowStatus status = other != null
                ? WorkflowStatus.DEAD_LETTERED
                : store.find(ask.key()).map(found -> found.status()).orElse(WorkflowStatus.RUNNING);
        return new Entry.Answered(ask, refused(status));
    }

    private void write(Ask ask, Claim claim, Entry record, int lastSeq) {
        Mailbox mailbox = store.mailbox(ask.key(), lastSeq);
        CompletableFuture<Void> committed = mailbox.commit(record);
        mailbox.close();
        tell(
                ask,
                committed
                        .whenComplete((nothing, failure) -> dispatcher.unclaim(claim))
                        .thenRun(() -> {
                            if (record instanceof Entry.Ended ended) {
                                endings.tell(ask.key(), new Ending(ended.status(), ended.value()));
                                countEnd(ask.key(), ended.status());
                            }
                            changed.run();
                        }));
    }

    /** Its definition is read for this: nobody waits, and while the store is away it is left uncounted. */
    private void countEnd(WorkflowKey key, WorkflowStatus status) {
        EngineMetrics metrics = environment.telemetry().metrics();
        Thread.ofVirtual().start(() -> {
            try {
                store.find(key).ifPresent(found -> metrics.of(found.type()).ended(status));
            } catch (StoreUnavailableException e) {
                LOG.debug("an end is not counted", e);
            }
        });
    }

    /** Whoever waits here is told at once what was committed; the answer itself is in the store. */
    private void tell(Ask ask, CompletableFuture<Void> committed) {
        CompletableFuture<Void> unused = committed.thenRunAsync(
                () -> Optional.ofNullable(store.answers(Set.of(ask.id())).get(ask.id()))
                        .ifPresent(answer -> answers.tell(ask.id(), answer)),
                task -> Thread.ofVirtual().start(task));
    }

    private static Entry.Ended ended(WorkflowStatus status, byte[] value, Ask by) {
        return new Entry.Ended(status, value, by);
    }

    private static Answer refused(WorkflowStatus status) {
        return new Answer(false, status);
    }

    private byte[] encode(Failure failure) {
        return new FailureCodec(environment.codec()).encode(failure);
    }
}
