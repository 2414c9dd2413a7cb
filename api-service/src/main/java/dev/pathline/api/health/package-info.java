/** Health and metrics. */
@NullMarked
package dev.pathline.api.health;

import org.jspecify.annotations.NullMarked;
