/**
 * Options that several commands share.
 *
 * <p>What may enter: Mixins of picocli and defaults from the environment.
 *
 * <p>Where to begin: {@link dev.holdfast.server.cli.option.SettingDefaults}.
 */
@NullMarked
package dev.holdfast.server.cli.option;

import org.jspecify.annotations.NullMarked;
