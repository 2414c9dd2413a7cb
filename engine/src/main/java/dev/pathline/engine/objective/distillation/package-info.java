/** Objectives that learn from a finished model, the teacher: each is one class, with its source. */
@NullMarked
package dev.pathline.engine.objective.distillation;

import org.jspecify.annotations.NullMarked;
