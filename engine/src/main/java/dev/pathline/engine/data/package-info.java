/** Training data: images and vectors from files, mapped where they are large, and points of a closed form. */
@NullMarked
package dev.pathline.engine.data;

import org.jspecify.annotations.NullMarked;
