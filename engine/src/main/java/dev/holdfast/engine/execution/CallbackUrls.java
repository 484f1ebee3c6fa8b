package dev.holdfast.engine.execution;

import dev.holdfast.HoldfastException;
import dev.holdfast.admin.DurationText;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the URLs of callbacks. Safe for all threads. */
public final class CallbackUrls {
    /** The path of the requests. */
    public static final String PATH = "/v1/callbacks/";

    private static final Logger LOG = LoggerFactory.getLogger(CallbackUrls.class);
    /** How long workflows wait for the server of an application, which starts after its engine. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CallbackTokens tokens;
    private final @Nullable String configured;
    private volatile @Nullable String served;
    /** When an address was first missing. */
    private @Nullable Instant missingSince;

    /** {@code configured} takes precedence over the address of the node's own server. */
    public CallbackUrls(CallbackTokens tokens, Optional<String> configured) {
        this.tokens = tokens;
        this.configured = configured.orElse(null);
    }

    public CallbackTokens tokens() {
        return tokens;
    }

    /** The server of this node has started at this address. */
    public void serveAt(String baseUrl) {
        served = baseUrl;
    }

    /** Whether no address is known, but may be soon: the first workflow asked for one a moment before {@code now}. */
    boolean isAwaited(Instant now) {
        return base() == null && now.isBefore(missingSince(now).plus(PATIENCE));
    }

    private synchronized Instant missingSince(Instant now) {
        Instant since = missingSince;
        if (since == null) {
            since = now;
            missingSince = now;
            LOG.info(
                    "a workflow asks for the URL of a callback, and this node has no address yet: such workflows wait"
                            + " up to {} for its HTTP server",
                    DurationText.of(PATIENCE));
        }
        return since;
    }

    private @Nullable String base() {
        return configured == null ? served : configured;
    }

    /** Throws {@link HoldfastException} with what to set, if no address is known. */
    String url(WorkflowKey workflow, String signal) {
        String base = base();
        if (base == null) {
            throw new HoldfastException("a callback needs an address at which this node is reached: start its HTTP"
                    + " server, or set EngineConfig.callbackBaseUrl (HOLDFAST_CALLBACKS_BASE_URL), then retry");
        }
        String slash = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        return slash + PATH + tokens.token(workflow, signal);
    }
}
