package dev.holdfast.admin;

/**
 * One thing that must hold for a node to take work. Made when somebody asks; immutable.
 *
 * @param name of what was looked at: one word, the same over versions
 * @param holds whether it is as it must be
 * @param detail what was seen, for people
 */
public record HealthCheck(String name, boolean holds, String detail) {}
