package dev.holdfast.spi;

/** Which parking of which workflow a dead letter is: the seq of the record that parked it. */
public record DeadLetterId(WorkflowKey key, int seq) {}
