/** Counter-based noise: a sample depends on its key alone, never on its neighbours. */
@NullMarked
package dev.pathline.diffusion.noise;

import org.jspecify.annotations.NullMarked;
