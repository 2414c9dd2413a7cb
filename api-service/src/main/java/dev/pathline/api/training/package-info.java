/** {@code /training-runs}. */
@NullMarked
package dev.pathline.api.training;

import org.jspecify.annotations.NullMarked;
