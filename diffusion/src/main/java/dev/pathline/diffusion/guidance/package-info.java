/** Classifier-free guidance. */
@NullMarked
package dev.pathline.diffusion.guidance;

import org.jspecify.annotations.NullMarked;
