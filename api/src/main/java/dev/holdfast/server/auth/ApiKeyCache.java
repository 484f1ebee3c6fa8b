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
 * The API keys of an installation, cached for authentication. Created before the server; {@link #open} connects it to
 * the database. Safe for all threads. Fails closed: without a fresh copy, requests are rejected.
 */
public final class ApiKeyCache {
    /*
     * One snapshot. A refresh reads all keys, as there are few. So a flood of wrong keys costs no query, and the cache
     * knows that there are no keys as it knows everything else.
     *
     * Age. The age of a snapshot counts from before its query. A snapshot is valid for AGE_MAX; from REFRESH_AFTER on,
     * the next refresh runs in the background, so that requests need not wait. Revoked and new keys are known within
     * AGE_MAX.
     *
     * Fail closed. Without a valid snapshot, a request waits for a refresh and is rejected if that fails. After a
     * failure there is no refresh for RETRY_AFTER, so that requests do not pile up in an outage.
     */
    public static final Duration AGE_MAX = Duration.ofSeconds(5);
    static final Duration REFRESH_AFTER = Duration.ofSeconds(2);
    static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration REFRESH_TIMEOUT = Duration.ofSeconds(4);
    private static final Logger LOG = LoggerFactory.getLogger(ApiKeyCache.class);

    private final int ratePerKey;
    private final LongSupplier nanos;
    private final Map<UUID, ApiKeyUsage> usages = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable CompletableFuture<ApiKeySnapshot>> refreshing = new AtomicReference<>();
    private final ReentrantLock writeLock = new ReentrantLock();
    private volatile @Nullable ApiKeys keys;
    private volatile @Nullable ApiKeySnapshot last;
    private volatile @Nullable RefreshFailure lastFailure;

    /** The last refresh, if it failed. */
    private record RefreshFailure(long at, StoreUnavailableException cause) {}

    public ApiKeyCache(ServerConfig config) {
        this(config.ratePerKey(), System::nanoTime);
    }

    /** With a given clock, for tests. */
    ApiKeyCache(int ratePerKey, LongSupplier nanos) {
        this.ratePerKey = ratePerKey;
        this.nanos = nanos;
    }

    /** Reads keys from this source from now on; the first refresh starts at once. */
    public void open(ApiKeys source) {
        keys = source;
        refreshInBackground(source);
    }

    /** Throws {@link HoldfastException} without keys. Called before the server listens on a non-loopback address. */
    public void requireKeys(String host) {
        if (!snapshot().configured()) {
            throw new HoldfastException(
                    "host is " + host + ", but the database has no API keys, and without them a node listens on"
                            + " loopback only: make the first one with `./holdfast keys create NAME --role admin"
                            + " --database-url URL`");
        }
    }

    /** The source of the keys. Throws {@link NotJoinedException} before {@link #open}. */
    public ApiKeys source() {
        ApiKeys source = keys;
        if (source == null) {
            throw new NotJoinedException("This node has no database yet: it is starting.");
        }
        return source;
    }

    /** Drops the snapshot, so that the next request reads the keys again. */
    public void invalidate() {
        last = null;
    }

    /** Whether the last snapshot had keys; false without one. Never waits. */
    boolean lastConfigured() {
        ApiKeySnapshot cached = last;
        return cached != null && cached.configured();
    }

    /** The keys, not older than {@link #AGE_MAX}. Throws {@link StoreUnavailableException} if they cannot be read. */
    ApiKeySnapshot snapshot() {
        ApiKeys source = source();
        ApiKeySnapshot cached = last;
        long age = cached == null ? Long.MAX_VALUE : nanos.getAsLong() - cached.at();
        if (cached != null && age <= REFRESH_AFTER.toNanos()) {
            return cached;
        }
        Optional<RefreshFailure> failure = recentFailure();
        if (cached != null && age <= AGE_MAX.toNanos()) {
            if (failure.isEmpty()) {
                refreshInBackground(source);
            }
            return cached;
        }
        if (failure.isPresent()) {
            StoreUnavailableException cause = failure.orElseThrow().cause();
            throw new StoreUnavailableException(String.valueOf(cause.getMessage()), cause);
        }
        return await(startRefresh(source));
    }

    private Optional<RefreshFailure> recentFailure() {
        return Optional.ofNullable(lastFailure).filter(one -> nanos.getAsLong() - one.at() < RETRY_AFTER.toNanos());
    }

    /** As {@link #snapshot}; if the keys cannot be read, the last snapshot of any age. */
    ApiKeySnapshot snapshotOrStale() {
        try {
            return snapshot();
        } catch (StoreUnavailableException e) {
            ApiKeySnapshot cached = last;
            if (cached == null) {
                throw e;
            }
            return cached;
        }
    }

    /** Throws {@link OverloadedException} for a key over its rate; records the use of any other. */
    void throttle(ApiKeySnapshot.UsableKey key) {
        UUID id = key.active().key().id();
        ApiKeyUsage usage = usages.computeIfAbsent(id, unseen -> new ApiKeyUsage(ratePerKey, nanos.getAsLong()));
        Optional<Duration> retryAfter = usage.tryTake(nanos.getAsLong());
        if (retryAfter.isPresent()) {
            throw new OverloadedException(
                    "this API key is over its rate of " + ratePerKey + " requests a second", retryAfter.orElseThrow());
        }
        if (usage.isUpdateDue(nanos.getAsLong())) {
            recordUse(id, usage);
        }
    }

    private void recordUse(UUID id, ApiKeyUsage usage) {
        writeInBackground("the last use of an API key was not recorded", source -> {
            try {
                source.touch(id);
            } catch (HoldfastException e) {
                usage.updateFailed();
                throw e;
            }
        });
    }

    /**
     * Runs a write apart from the request, which neither waits for it nor fails with it. One at a time, so that few
     * connections are enough.
     */
    void writeInBackground(String failure, Consumer<ApiKeys> write) {
        Thread.ofVirtual().name("holdfast-key-use").start(() -> {
            writeLock.lock();
            try {
                write.accept(source());
            } catch (HoldfastException e) {
                LOG.debug("{}: {}", failure, e.getMessage());
            } finally {
                writeLock.unlock();
            }
        });
    }

    /** Starts a refresh without waiting for it; {@link #run} publishes its result. */
    private void refreshInBackground(ApiKeys source) {
        CompletableFuture<ApiKeySnapshot> unused = startRefresh(source);
    }

    /** Returns the running refresh, or starts one. */
    private CompletableFuture<ApiKeySnapshot> startRefresh(ApiKeys source) {
        CompletableFuture<ApiKeySnapshot> refresh = new CompletableFuture<>();
        CompletableFuture<ApiKeySnapshot> running = refreshing.compareAndExchange(null, refresh);
        if (running != null) {
            return running;
        }
        Thread.ofVirtual().name("holdfast-keys").start(() -> run(source, refresh));
        return refresh;
    }

    private void run(ApiKeys source, CompletableFuture<ApiKeySnapshot> refresh) {
        try {
            ApiKeySnapshot snapshot = ApiKeySnapshot.of(nanos.getAsLong(), source.active());
            last = snapshot;
            lastFailure = null;
            usages.keySet()
                    .retainAll(snapshot.byPrefix().values().stream()
                            .map(key -> key.active().key().id())
                            .collect(Collectors.toSet()));
            refreshing.set(null);
            refresh.complete(snapshot);
        } catch (RuntimeException e) {
            LOG.debug("the API keys could not be read: {}", e.getMessage());
            lastFailure = new RefreshFailure(nanos.getAsLong(), unavailable(e));
            refreshing.set(null);
            refresh.completeExceptionally(e);
        }
    }

    private static StoreUnavailableException unavailable(Throwable e) {
        return e instanceof StoreUnavailableException known
                ? known
                : new StoreUnavailableException("the API keys could not be read from the database; try again", e);
    }

    private static ApiKeySnapshot await(CompletableFuture<ApiKeySnapshot> refresh) {
        try {
            return refresh.get(REFRESH_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
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
