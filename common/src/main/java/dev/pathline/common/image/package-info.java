/** Samples as PNG files, written deterministically and without AWT, so that equal requests give equal bytes. */
@NullMarked
package dev.pathline.common.image;

import org.jspecify.annotations.NullMarked;
