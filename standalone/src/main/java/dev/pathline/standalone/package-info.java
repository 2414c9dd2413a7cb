/** The entry point of the command line. */
@NullMarked
package dev.pathline.standalone;

import org.jspecify.annotations.NullMarked;
