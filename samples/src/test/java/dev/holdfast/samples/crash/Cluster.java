package dev.holdfast.samples.crash;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Who owns what, and who was declared dead, as the database tells. */
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

    /** Waits until the nodes own so many buckets each. */
    void awaitOwned(Map<String, Integer> buckets) {
        Eventually.until(
                "the nodes own " + new TreeMap<>(buckets),
                () -> buckets.entrySet().stream().allMatch(node -> owned(node.getKey()) == node.getValue()));
    }

    long owned(String node) {
        return database.number(OWNED, node);
    }

    /** Name and ordinal of the incarnations that are shut out. */
    List<String> fenced() {
        return database.rows(FENCED);
    }

    /** The last change of hands of each bucket. */
    List<String> epochs() {
        return database.rows(EPOCHS);
    }

    /** How often a node has joined. */
    long incarnations(String node) {
        return database.number(INCARNATIONS, node);
    }
}
