/** A run's events, kept so that they can be replayed. */
@NullMarked
package dev.pathline.trainer.journal;

import org.jspecify.annotations.NullMarked;
