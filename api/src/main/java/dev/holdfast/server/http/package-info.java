/**
 * HTTP below the routes: connections, bodies, headers, problems, limits.
 *
 * <p>What may enter: Code that every route may use and that knows none of them, and no role.
 *
 * <p>Where to begin: {@link dev.holdfast.server.http.RequestGuard}, {@link dev.holdfast.server.http.Problems}.
 */
@NullMarked
package dev.holdfast.server.http;

import org.jspecify.annotations.NullMarked;
