/** {@code pathline keys}: who may ask a server. */
@NullMarked
package dev.pathline.standalone.cli.keys;

import org.jspecify.annotations.NullMarked;
