/** Everything in one JVM, and the command line. */
@NullMarked
package dev.pathline.standalone;

import org.jspecify.annotations.NullMarked;
