/** The model's card: everything one must know to sample from a checkpoint. */
@NullMarked
package dev.pathline.diffusion.card;

import org.jspecify.annotations.NullMarked;
