package dev.holdfast.engine.history;

/** A recorded change marker: the code took the new way here. Immutable. */
public record RecordedMarker(String id) implements RecordedCall {
    @Override
    public String description() {
        return "marker \"" + id + "\"";
    }
}
