package dev.holdfast.server.http;

import io.helidon.common.uri.UriPath;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.http.RoutingRequest;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The absolute form of a request target, {@code GET http://host/path}, which proxies send and every server must accept
 * (RFC 9112, section 3.2.2). Used by {@link RequestGuard}; stateless.
 */
final class AbsoluteForm {
    private static final Pattern TARGET =
            Pattern.compile("(?<scheme>https?)://(?<authority>[^/]*)(?<path>/.*)?", Pattern.CASE_INSENSITIVE);

    private AbsoluteForm() {}

    /**
     * Replaces an absolute target by its path. Throws {@link ProblemException} for one that names another host than the
     * Host header, because a proxy may have checked either.
     */
    static void resolve(RoutingRequest request) {
        HttpPrologue prologue = request.prologue();
        String target = prologue.uriPath().rawPath();
        if (target.startsWith("/") || target.equals("*")) {
            return;
        }
        Matcher absolute = TARGET.matcher(target);
        if (!absolute.matches()) {
            throw RequestValues.malformed("The request target is neither a path nor an http URL.");
        }
        String scheme = absolute.group("scheme").toLowerCase(Locale.ROOT);
        String host = request.headers().first(HeaderNames.HOST).orElse("");
        if (!normal(absolute.group("authority"), scheme).equals(normal(host, scheme))) {
            throw RequestValues.malformed("The host of the request target is not that of the Host header.");
        }
        String path = absolute.group("path");
        request.prologue(HttpPrologue.create(
                prologue.rawProtocol(),
                prologue.protocol(),
                prologue.protocolVersion(),
                prologue.method(),
                UriPath.create(path == null ? "/" : path),
                prologue.query(),
                prologue.fragment()));
    }

    private static String normal(String authority, String scheme) {
        String defaultPort = scheme.equals("https") ? ":443" : ":80";
        String lower = authority.toLowerCase(Locale.ROOT);
        return lower.endsWith(defaultPort) ? lower.substring(0, lower.length() - defaultPort.length()) : lower;
    }
}
