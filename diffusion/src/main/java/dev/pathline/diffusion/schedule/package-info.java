/** Noise schedules: how much data and how much noise a point at time {@code t} holds. */
@NullMarked
package dev.pathline.diffusion.schedule;

import org.jspecify.annotations.NullMarked;
