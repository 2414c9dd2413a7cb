/** One training run: from a specification to weights that are delivered, and what is heard of it on the way. */
@NullMarked
package dev.pathline.trainer.run;

import org.jspecify.annotations.NullMarked;
