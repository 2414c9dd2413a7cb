/** A specification's section about its data. */
@NullMarked
package dev.pathline.trainer.specification.data;

import org.jspecify.annotations.NullMarked;
