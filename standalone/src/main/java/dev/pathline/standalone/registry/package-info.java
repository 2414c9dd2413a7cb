/** Where models are, as an operator says it. */
@NullMarked
package dev.pathline.standalone.registry;

import org.jspecify.annotations.NullMarked;
