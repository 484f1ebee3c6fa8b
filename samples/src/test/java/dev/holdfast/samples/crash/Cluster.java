package dev.holdfast.samples.crash;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Ownership and dead nodes, as the database has them. */
record Cluster(Database database) {
    private static final String OWNED = """
            select count(*) from generate_series(0, 255) b join holdfast.incarnation i on i.id = holdfast.owner(b)
            join holdfast.node n using (number) where n.name = ?""";
    private static final String FENCED = """
            select n.name || ' ' || i.ordinal from holdfast.fence f join holdfast.incarnation i on i.id = f.incarnation
            join holdfast.node n using (number) where f.connection = -1 order by f.at""";
    private static final String EPOCHS = """
            select bucket || ' since epoch ' || max(epoch) from holdfast.bucket group by bucket order by bucket""";
    private static final String INCARNATIONS = """
            select count(*) from holdfast.incarnation i join holdfast.node n using (number) where n.name = ?""";

    /** Waits until each node owns the given number of buckets. */
    void awaitOwned(Map<String, Integer> buckets) {
        Eventually.until(
                "the nodes own " + new TreeMap<>(buckets),
                () -> buckets.entrySet().stream().allMatch(node -> owned(node.getKey()) == node.getValue()));
    }

    long owned(String node) {
        return database.number(OWNED, node);
    }

    /** Name and ordinal of the incarnations that are fenced off. */
    List<String> fenced() {
        return database.rows(FENCED);
    }

    /** The last change of owner of each bucket. */
    List<String> epochs() {
        return database.rows(EPOCHS);
    }

    /** The number of times that a node has joined. */
    long incarnations(String node) {
        return database.number(INCARNATIONS, node);
    }
}
