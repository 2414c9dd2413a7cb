/** Solvers compiled to data: stages of scalar weights that any executor can run. */
@NullMarked
package dev.pathline.diffusion.plan;

import org.jspecify.annotations.NullMarked;
