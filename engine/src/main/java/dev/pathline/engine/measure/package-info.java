/** How fast a loaded model is on this machine, and how much memory that takes. */
@NullMarked
package dev.pathline.engine.measure;

import org.jspecify.annotations.NullMarked;
