/** What was measured of a model, and its files: JSON that is read again, and CSV. */
@NullMarked
package dev.pathline.engine.evaluation.report;

import org.jspecify.annotations.NullMarked;
