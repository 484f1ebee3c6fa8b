package dev.holdfast.server.auth;

import dev.holdfast.HoldfastException;
import dev.holdfast.OverloadedException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.postgres.keys.ApiKeys;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.http.NotJoinedException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of an installation, as far as a node must know them to answer. Made before the server; {@link #open} gives
 * it the database. Safe for all threads.
 */
public final class ApiKeyCache {
    /*
     * All keys are looked at together, as there are few. So a wrong key costs no question to the database, whoever
     * sends them by the thousand, and that there are no keys is known as every other answer is.
     *
     * Age. A look counts from before its question. It is used for AGE_MAX at the most; from RENEW_AFTER on the next
     * one runs beside it, so that requests need not wait. What was revoked or made is known within AGE_MAX.
     *
     * Fail closed. Without a look that is young enough, a request waits for one, and is refused where it fails: never
     * let pass. After a failure nobody asks again for RETRY_AFTER, so that an outage does not pile up requests.
     */
    public static final Duration AGE_MAX = Duration.ofSeconds(5);
    static final Duration RENEW_AFTER = Duration.ofSeconds(2);
    static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration LOOK_MAX = Duration.ofSeconds(4);
    private static final Logger LOG = LoggerFactory.getLogger(ApiKeyCache.class);

    private final int ratePerKey;
    private final LongSupplier nanos;
    private final Map<UUID, ApiKeyUsage> uses = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable CompletableFuture<ApiKeySnapshot>> looking = new AtomicReference<>();
    private final ReentrantLock noting = new ReentrantLock();
    private volatile @Nullable ApiKeys keys;
    private volatile @Nullable ApiKeySnapshot last;
    private volatile @Nullable Failed failed;

    /** The last look that came to nothing. */
    private record Failed(long at, StoreUnavailableException why) {}

    public ApiKeyCache(ServerConfig config) {
        this(config.ratePerKey(), System::nanoTime);
    }

    /** With a clock of its own, for tests. */
    ApiKeyCache(int ratePerKey, LongSupplier nanos) {
        this.ratePerKey = ratePerKey;
        this.nanos = nanos;
    }

    /** From now on keys are looked up here; the first look begins at once. */
    public void open(ApiKeys source) {
        keys = source;
        lookBeside(source);
    }

    /** Throws {@link HoldfastException} where there are none, before a server listens where others can reach it. */
    public void requireKeys(String host) {
        if (!snapshot().configured()) {
            throw new HoldfastException(
                    "host is " + host + ", but the database has no API keys, and without them a node listens on"
                            + " loopback only: make the first one with `./holdfast keys create NAME --role admin"
                            + " --database-url URL`");
        }
    }

    /** Where keys are kept. Throws {@link NotJoinedException} before it is known. */
    public ApiKeys source() {
        ApiKeys source = keys;
        if (source == null) {
            throw new NotJoinedException("This node has no database yet: it is starting.");
        }
        return source;
    }

    /** What was seen so far is not used any more by this node. */
    public void forget() {
        last = null;
    }

    /** Whether keys were there when somebody looked last; false before. */
    boolean hadKeys() {
        ApiKeySnapshot seen = last;
        return seen != null && seen.configured();
    }

    /** The keys, as of {@link #AGE_MAX} ago at the most. Throws {@link StoreUnavailableException} without them. */
    ApiKeySnapshot snapshot() {
        ApiKeys source = source();
        ApiKeySnapshot seen = last;
        long age = seen == null ? Long.MAX_VALUE : nanos.getAsLong() - seen.at();
        if (seen != null && age <= RENEW_AFTER.toNanos()) {
            return seen;
        }
        Optional<Failed> recently = recentFailure();
        if (seen != null && age <= AGE_MAX.toNanos()) {
            if (recently.isEmpty()) {
                lookBeside(source);
            }
            return seen;
        }
        if (recently.isPresent()) {
            StoreUnavailableException why = recently.orElseThrow().why();
            throw new StoreUnavailableException(String.valueOf(why.getMessage()), why);
        }
        return await(startLook(source));
    }

    private Optional<Failed> recentFailure() {
        return Optional.ofNullable(failed).filter(one -> nanos.getAsLong() - one.at() < RETRY_AFTER.toNanos());
    }

    /** As {@link #snapshot}; where that fails, what the last one saw, however old. */
    ApiKeySnapshot snapshotOrLast() {
        try {
            return snapshot();
        } catch (StoreUnavailableException e) {
            ApiKeySnapshot seen = last;
            if (seen == null) {
                throw e;
            }
            return seen;
        }
    }

    /** Throws {@link OverloadedException} for a key that is used faster than it may be. */
    void use(ApiKeySnapshot.Held held) {
        UUID id = held.key().key().id();
        ApiKeyUsage use = uses.computeIfAbsent(id, key -> new ApiKeyUsage(ratePerKey, nanos.getAsLong()));
        Optional<Duration> early = use.take(nanos.getAsLong());
        if (early.isPresent()) {
            throw new OverloadedException(
                    "this key may be used " + ratePerKey + " times a second", early.orElseThrow());
        }
        if (use.isToBeNoted(nanos.getAsLong())) {
            note(id, use);
        }
    }

    private void note(UUID id, ApiKeyUsage use) {
        beside("the use of a key was not noted", source -> {
            try {
                source.touch(id);
            } catch (HoldfastException e) {
                use.isNotNoted();
                throw e;
            }
        });
    }

    /** Beside the request: it neither waits for this nor fails with it. One at a time, so that few connections do. */
    void beside(String failure, Consumer<ApiKeys> write) {
        Thread.ofVirtual().name("holdfast-key-use").start(() -> {
            noting.lock();
            try {
                write.accept(source());
            } catch (HoldfastException e) {
                LOG.debug("{}: {}", failure, e.getMessage());
            } finally {
                noting.unlock();
            }
        });
    }

    /** Who needs what it finds comes for it. */
    private void lookBeside(ApiKeys source) {
        CompletableFuture<ApiKeySnapshot> unused = startLook(source);
    }

    /** The one that runs, or a new one. */
    private CompletableFuture<ApiKeySnapshot> startLook(ApiKeys source) {
        CompletableFuture<ApiKeySnapshot> mine = new CompletableFuture<>();
        CompletableFuture<ApiKeySnapshot> running = looking.compareAndExchange(null, mine);
        if (running != null) {
            return running;
        }
        Thread.ofVirtual().name("holdfast-keys").start(() -> run(source, mine));
        return mine;
    }

    private void run(ApiKeys source, CompletableFuture<ApiKeySnapshot> mine) {
        try {
            ApiKeySnapshot seen = ApiKeySnapshot.of(nanos.getAsLong(), source.active());
            last = seen;
            failed = null;
            uses.keySet()
                    .retainAll(seen.byPrefix().values().stream()
                            .map(held -> held.key().key().id())
                            .collect(Collectors.toSet()));
            looking.set(null);
            mine.complete(seen);
        } catch (RuntimeException e) {
            LOG.debug("the API keys could not be looked up: {}", e.getMessage());
            failed = new Failed(nanos.getAsLong(), unavailable(e));
            looking.set(null);
            mine.completeExceptionally(e);
        }
    }

    private static StoreUnavailableException unavailable(Throwable e) {
        return e instanceof StoreUnavailableException known
                ? known
                : new StoreUnavailableException("the API keys could not be looked up; try again", e);
    }

    private static ApiKeySnapshot await(CompletableFuture<ApiKeySnapshot> look) {
        try {
            return look.get(LOOK_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw unavailable(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
    }
}
