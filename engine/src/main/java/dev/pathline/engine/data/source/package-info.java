/** Data sets by where they are and what their format needs to be known. */
@NullMarked
package dev.pathline.engine.data.source;

import org.jspecify.annotations.NullMarked;
