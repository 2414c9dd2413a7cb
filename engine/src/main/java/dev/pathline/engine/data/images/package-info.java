/** Image files as 8-bit images of one size. */
@NullMarked
package dev.pathline.engine.data.images;

import org.jspecify.annotations.NullMarked;
