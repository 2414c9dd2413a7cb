/** Where the weights of a finished run go: a model into the registry, a classifier into its folder. */
@NullMarked
package dev.pathline.trainer.delivery;

import org.jspecify.annotations.NullMarked;
