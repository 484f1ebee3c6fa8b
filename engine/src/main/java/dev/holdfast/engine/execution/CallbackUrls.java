package dev.holdfast.engine.execution;

import dev.holdfast.HoldfastException;
import dev.holdfast.spi.WorkflowKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the URLs of callbacks. Safe for all threads. */
public final class CallbackUrls {
    /** The path of the requests. */
    public static final String PATH = "/v1/callbacks/";

    private final CallbackTokens tokens;
    private final @Nullable String configured;
    private volatile @Nullable String served;

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

    /** Throws {@link HoldfastException} with what to set, if no address is known. */
    String url(WorkflowKey workflow, String signal) {
        String base = configured == null ? served : configured;
        if (base == null) {
            throw new HoldfastException("a callback needs an address at which this node is reached: start its HTTP"
                    + " server, or set EngineConfig.callbackBaseUrl (HOLDFAST_CALLBACKS_BASE_URL), then retry");
        }
        String slash = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        return slash + PATH + tokens.token(workflow, signal);
    }
}
