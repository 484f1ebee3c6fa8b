/**
 * Compares the OpenAPI document with the routes and with real responses.
 *
 * <p>What may enter: Tests only.
 *
 * <p>Where to begin: {@code OpenApiTest}.
 */
@NullMarked
package dev.holdfast.server.openapi;

import org.jspecify.annotations.NullMarked;
