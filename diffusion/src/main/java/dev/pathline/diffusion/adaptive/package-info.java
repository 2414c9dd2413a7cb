/** Solvers that choose their own steps, for evaluation and likelihood. They run a model themselves and make no plan. */
@NullMarked
package dev.pathline.diffusion.adaptive;

import org.jspecify.annotations.NullMarked;
