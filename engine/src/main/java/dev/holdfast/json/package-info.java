/**
 * The default codec: values as JSON, by Jackson.
 *
 * <p>What may enter: what decides how a value is written as JSON, read, or compared. Nothing else imports Jackson's
 * databind here.
 *
 * <p>Where to begin: {@link dev.holdfast.json.JacksonCodec}.
 */
@NullMarked
package dev.holdfast.json;

import org.jspecify.annotations.NullMarked;
