package dev.holdfast.spi;

import dev.holdfast.admin.PublishedValue;
import dev.holdfast.admin.WorkflowStatus;
import java.util.List;

/**
 * The state of a watched workflow. Made by the store, from one snapshot; immutable.
 *
 * @param published the values that it has published since, in the order of their records
 * @param isWhole false if there are more values
 */
public record FeedEntry(WorkflowKey key, WorkflowStatus status, List<PublishedValue> published, boolean isWhole) {}
