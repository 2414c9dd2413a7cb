/** {@code /experiments}: who is served which arm, what came of it, and what can be said of that. */
@NullMarked
package dev.pathline.api.experiments;

import org.jspecify.annotations.NullMarked;
