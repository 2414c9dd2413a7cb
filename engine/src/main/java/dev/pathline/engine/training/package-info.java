/** Training: objectives as coefficients a row, the loop, snapshots and resumption. */
@NullMarked
package dev.pathline.engine.training;

import org.jspecify.annotations.NullMarked;
