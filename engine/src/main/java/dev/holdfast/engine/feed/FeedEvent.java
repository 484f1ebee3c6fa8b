package dev.holdfast.engine.feed;

import dev.holdfast.admin.PublishedValue;
import dev.holdfast.admin.WorkflowStatus;

/** An event that a watcher of a workflow gets. Immutable. */
public sealed interface FeedEvent {
    /** The approximate size in memory, in bytes. */
    int bytes();

    /** The workflow has this status. */
    record Status(WorkflowStatus status) implements FeedEvent {
        private static final int BYTES = 32;

        @Override
        public int bytes() {
            return BYTES;
        }
    }

    /** The workflow has published this value. */
    record Published(PublishedValue value) implements FeedEvent {
        private static final int FIXED_BYTES = 256;

        @Override
        public int bytes() {
            return FIXED_BYTES + value.value().length;
        }
    }
}
