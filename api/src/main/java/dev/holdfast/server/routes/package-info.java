/**
 * One service per resource, its request and response records.
 *
 * <p>What may enter: Routes, and the translation between JSON and the API of the engine.
 *
 * <p>Where to begin: {@link dev.holdfast.server.routes.Endpoint}, then
 * {@link dev.holdfast.server.routes.WorkflowService}.
 */
@NullMarked
package dev.holdfast.server.routes;

import org.jspecify.annotations.NullMarked;
