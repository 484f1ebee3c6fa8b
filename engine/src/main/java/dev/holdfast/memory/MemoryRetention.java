package dev.holdfast.memory;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.admin.RetentionRule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The retention rules. They are stored, but never applied. Used inside transactions only. */
final class MemoryRetention {
    private static final String ANY = "*";

    private final MemoryAudit audit;
    private final Map<String, RetentionRule> rules = new TreeMap<>();

    MemoryRetention(MemoryAudit audit) {
        this.audit = audit;
    }

    /** Lists the rules by definition and status. */
    List<RetentionRule> all() {
        return List.copyOf(rules.values());
    }

    boolean set(RetentionRule rule, ActionOptions options) {
        rules.put(nameOf(rule), rule);
        String keep = rule.keep().map(Duration::toString).orElse("forever");
        audit.changed("RETAIN", nameOf(rule), options.in(context(rule, options).with("keep", keep)), true);
        return true;
    }

    boolean drop(RetentionRule rule, ActionOptions options) {
        boolean applied = rules.remove(nameOf(rule)) != null;
        audit.changed("DROP_RETENTION", nameOf(rule), options.in(context(rule, options)), applied);
        return applied;
    }

    private static RequestContext context(RetentionRule rule, ActionOptions options) {
        return options.context().with("definition", definition(rule)).with("status", status(rule));
    }

    private static String nameOf(RetentionRule rule) {
        return definition(rule) + " " + status(rule);
    }

    private static String definition(RetentionRule rule) {
        return rule.definition().orElse(ANY);
    }

    private static String status(RetentionRule rule) {
        return rule.status().map(Enum::name).orElse(ANY);
    }
}
