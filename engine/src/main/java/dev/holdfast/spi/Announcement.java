package dev.holdfast.spi;

import dev.holdfast.admin.DefinitionVersion;

/**
 * What a node announced when it joined: that it runs this version. Immutable.
 *
 * @param living whether such a node lives; otherwise one did a short while ago, and may come back
 */
public record Announcement(DefinitionVersion version, boolean living) {}
