/**
 * Exports the history of one workflow as a file, with all its values, and reads such files.
 *
 * <p>What may enter: Code that knows the form of these files. It runs no workflow.
 *
 * <p>Where to begin: {@link dev.holdfast.engine.export.HistoryExport} writes, and
 * {@link dev.holdfast.engine.export.ExportReader} reads.
 */
@NullMarked
package dev.holdfast.engine.export;

import org.jspecify.annotations.NullMarked;
