/** Experiments: what is compared, who takes which arm, and what a job is told of it. Values and pure functions. */
@NullMarked
package dev.pathline.common.experiment;

import org.jspecify.annotations.NullMarked;
