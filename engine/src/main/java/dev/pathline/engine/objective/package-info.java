/**
 * What a diffusion model is trained to predict, as numbers a row: one template for every objective of 'The Principles of
 * Diffusion Models' (arXiv 2510.21890). Nothing here touches a tensor.
 */
@NullMarked
package dev.pathline.engine.objective;

import org.jspecify.annotations.NullMarked;
