/** What a run's report is drawn from: its record, its specification, its log and its sheets. */
@NullMarked
package dev.pathline.trainer.facts;

import org.jspecify.annotations.NullMarked;
