package dev.holdfast.admin;

/**
 * A condition that must hold for a node to take work. Read by {@link Admin#health}. Immutable.
 *
 * @param name of the condition, such as {@code lease}: one word, the same over versions
 * @param holds whether the condition holds
 * @param detail what the check has seen, for people
 */
public record HealthCheck(String name, boolean holds, String detail) {}
