/** Training data: images with labels, read from files into memory. */
@NullMarked
package dev.pathline.engine.data;

import org.jspecify.annotations.NullMarked;
