/** Training specifications: what they say, and how they are read from YAML. */
@NullMarked
package dev.pathline.trainer.specification;

import org.jspecify.annotations.NullMarked;
