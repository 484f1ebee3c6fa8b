package dev.holdfast.postgres.doctor;

import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** A named check. Its examination runs once in a read-only transaction; an exception becomes a finding. */
record Check(String name, Function<Handle, Finding> examination) {}
