package dev.holdfast.postgres.doctor;

import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** One thing to look at: its name, and how. Called once, within a transaction that reads; what it throws is told. */
record Check(String name, Function<Handle, Finding> look) {}
