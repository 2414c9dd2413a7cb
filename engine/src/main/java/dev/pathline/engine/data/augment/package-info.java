/** Variations of training images, with what a network is told of them. */
@NullMarked
package dev.pathline.engine.data.augment;

import org.jspecify.annotations.NullMarked;
