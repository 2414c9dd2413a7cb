/** Solvers of the probability-flow ODE and its stochastic relatives, as host arithmetic that compiles to plans. */
@NullMarked
package dev.pathline.diffusion.solver;

import org.jspecify.annotations.NullMarked;
