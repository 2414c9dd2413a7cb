/** Tables of text. */
@NullMarked
package dev.pathline.standalone.cli.table;

import org.jspecify.annotations.NullMarked;
