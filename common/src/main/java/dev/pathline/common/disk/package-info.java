/** Files and folders that appear whole or not at all, and locks between processes. */
@NullMarked
package dev.pathline.common.disk;

import org.jspecify.annotations.NullMarked;
