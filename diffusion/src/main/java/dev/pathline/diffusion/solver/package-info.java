/**
 * Solvers of the probability-flow ODE and its stochastic relatives, as host arithmetic that compiles to plans.
 *
 * <p>Each solver's Javadoc has its whole update, in these letters: a step goes from {@code x} at time {@code t} to {@code x_u} at
 * the smaller {@code u}, {@code lambda = ln(alpha/sigma)} and {@code h = lambda_u - lambda_t > 0}. {@code D(x, t)} is the
 * prediction of {@code x_0} and {@code E(x, t) = (x - alpha_t D)/sigma_t} that of the noise; {@code D_0} is the one at {@code t},
 * {@code D_1, D_2, ...} are those of the steps before, which were {@code r_1 h, r_2 h, ...} long in {@code lambda}, and
 * likewise {@code E}. {@code z} is fresh standard normal noise.
 */
@NullMarked
package dev.pathline.diffusion.solver;

import org.jspecify.annotations.NullMarked;
