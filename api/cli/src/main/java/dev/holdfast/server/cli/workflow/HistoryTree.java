package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.output.JsonText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The items of one page of a history as a tree: a join with its branches beneath it. Needs no other page, because each
 * branch is drawn with its whole path. Used by one thread.
 *
 * <p>The items of a branch stand together, in their order. So a join is drawn once, where its first item on the page
 * is, and messages that arrived meanwhile stand behind it. What concerns the whole workflow, such as a pause or a dead
 * letter, stays in its place: a join that goes on behind it is drawn again.
 */
final class HistoryTree {
    private static final Set<String> ARRIVED = Set.of("received", "undelivered");
    private static final Set<String> STARTED = Set.of("started", "detached");
    private static final String CHILD = "child";

    /**
     * A line of the table.
     *
     * @param name of the item, with the lines of the tree before it
     * @param item empty for a line that begins a join
     */
    record Line(String name, Optional<JsonNode> item) {
        private Line after(String prefix) {
            return new Line(prefix + name, item);
        }
    }

    private sealed interface Node {}

    private record Leaf(JsonNode item) implements Node {}

    private record Join(String name, String path, Map<Integer, List<Node>> branches) implements Node {}

    private final List<Node> main = new ArrayList<>();
    /** Joins by path, whose further items belong to them. */
    private final Map<String, Join> open = new HashMap<>();

    private final Set<String> drawn = new HashSet<>();
    /** The last call of a branch that started a child. */
    private final Map<String, JsonNode> calls = new HashMap<>();
    /** The calls that started children, by the uid of the child. */
    private final Map<String, JsonNode> started = new HashMap<>();

    private HistoryTree() {}

    static List<Line> lines(JsonNode items) {
        HistoryTree tree = new HistoryTree();
        items.forEach(tree::add);
        return tree.lines(tree.main);
    }

    private void add(JsonNode item) {
        String branch = item.path("branch").asString("");
        if (branch.isEmpty()) {
            main.add(new Leaf(item));
            if (!hasState(item, ARRIVED)) {
                open.clear();
            }
        } else {
            nodes(branch).add(new Leaf(item));
        }
        if (isChild(item) && hasState(item, STARTED)) {
            calls.put(branch, item);
        } else if (isChild(item) && hasState(item, Set.of("taken")) && calls.containsKey(branch)) {
            started.put(key(item), calls.get(branch)); // a branch makes one call after the other
        }
    }

    /** The nodes of the branch with this path. */
    private List<Node> nodes(String branch) {
        if (branch.isEmpty()) {
            return main;
        }
        int number = branch.lastIndexOf('.');
        String path = branch.substring(0, number);
        Join join = open.get(path);
        if (join == null) {
            String name = "join " + path + (drawn.add(path) ? "" : ", continued");
            join = new Join(name, path, new TreeMap<>());
            open.put(path, join);
            nodes(branch.substring(0, Math.max(0, path.lastIndexOf('.')))).add(join);
        }
        return join.branches()
                .computeIfAbsent(Integer.parseInt(branch.substring(number + 1)), any -> new ArrayList<>());
    }

    private List<Line> lines(List<Node> nodes) {
        List<Line> lines = new ArrayList<>();
        for (Node node : nodes) {
            switch (node) {
                case Leaf leaf -> lines.add(new Line(name(leaf.item()), Optional.of(leaf.item())));
                case Join join -> {
                    lines.add(new Line(join.name(), Optional.empty()));
                    int left = join.branches().size();
                    for (Map.Entry<Integer, List<Node>> branch : join.branches().entrySet()) {
                        left--;
                        String path = join.path() + "." + branch.getKey() + "  ";
                        lines.addAll(branch(path, lines(branch.getValue()), left == 0));
                    }
                }
            }
        }
        return lines;
    }

    private static List<Line> branch(String path, List<Line> lines, boolean isLast) {
        List<Line> drawn = new ArrayList<>();
        drawn.add(lines.getFirst().after((isLast ? "└─ " : "├─ ") + path));
        String indent = (isLast ? "   " : "│  ") + " ".repeat(path.length());
        lines.stream().skip(1).forEach(line -> drawn.add(line.after(indent)));
        return drawn;
    }

    /** Of a child its definition and id, also where it ends, if the page has its call. */
    private String name(JsonNode item) {
        if (!isChild(item)) {
            return JsonText.value(item.path("name"));
        }
        JsonNode call = hasState(item, STARTED) ? item : started.get(key(item));
        return call == null
                ? JsonText.value(item.path("name"))
                : JsonText.value(call.path("name")) + " " + JsonText.value(call.path("idempotencyKey"));
    }

    private static boolean isChild(JsonNode item) {
        return item.path("kind").asString("").equals(CHILD);
    }

    private static String key(JsonNode item) {
        return JsonText.value(item.path("idempotencyKey"));
    }

    private static boolean hasState(JsonNode item, Set<String> states) {
        return states.contains(item.path("state").asString(""));
    }
}
