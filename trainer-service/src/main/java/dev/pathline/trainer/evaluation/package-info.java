/** How good a model is: what a classifier says of its samples, and how far their features are from real ones. */
@NullMarked
package dev.pathline.trainer.evaluation;

import org.jspecify.annotations.NullMarked;
