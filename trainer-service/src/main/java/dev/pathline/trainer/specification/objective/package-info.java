/** A specification's section about the objective: one class a published family. */
@NullMarked
package dev.pathline.trainer.specification.objective;

import org.jspecify.annotations.NullMarked;
