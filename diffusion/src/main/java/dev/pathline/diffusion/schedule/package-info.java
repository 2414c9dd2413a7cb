/**
 * Noise schedules: how much data and how much noise a point at time {@code t} holds.
 *
 * <p>Here and in the solvers transcendental functions come from {@link StrictMath}: a plan is a few hundred of them, so
 * their speed does not count, and the same request has the same weights, to the last bit, on every JVM.
 */
@NullMarked
package dev.pathline.diffusion.schedule;

import org.jspecify.annotations.NullMarked;
