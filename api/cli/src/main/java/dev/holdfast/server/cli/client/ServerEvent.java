package dev.holdfast.server.cli.client;

import tools.jackson.databind.JsonNode;

/**
 * An event of a stream. Immutable.
 *
 * @param type such as {@code status}
 * @param id empty if it has none
 */
public record ServerEvent(String type, String id, JsonNode data) {}
