/** The commands of {@code ./pathline}. */
@NullMarked
package dev.pathline.standalone.cli;

import org.jspecify.annotations.NullMarked;
