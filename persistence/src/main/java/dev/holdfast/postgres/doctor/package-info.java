/**
 * Examines a database, and reports problems and risks. It reads and never writes.
 *
 * <p>What may enter: Checks and their statements. A check returns a finding; it changes nothing.
 *
 * <p>Where to begin: {@link dev.holdfast.postgres.doctor.Doctor}.
 */
@NullMarked
package dev.holdfast.postgres.doctor;

import org.jspecify.annotations.NullMarked;
