/**
 * Settings: parsed, checked and named alike in environment, files and options.
 *
 * <p>What may enter: Records of settings and their loaders. Nothing here opens a connection.
 *
 * <p>Where to begin: {@link dev.holdfast.server.config.Settings}, {@link dev.holdfast.server.config.ServerConfig}.
 */
@NullMarked
package dev.holdfast.server.config;

import org.jspecify.annotations.NullMarked;
