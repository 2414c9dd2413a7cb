/** How good generated images are: a classifier, what it says of them, and the distance of its features' distributions. */
@NullMarked
package dev.pathline.engine.metrics;

import org.jspecify.annotations.NullMarked;
