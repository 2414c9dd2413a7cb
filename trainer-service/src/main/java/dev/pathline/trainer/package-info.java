/** Training runs: from a specification to a checkpoint that the registry takes. */
@NullMarked
package dev.pathline.trainer;

import org.jspecify.annotations.NullMarked;
