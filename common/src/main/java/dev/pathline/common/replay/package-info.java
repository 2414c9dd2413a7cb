/** Logs that are read from any position on, first what is there, then what comes. */
@NullMarked
package dev.pathline.common.replay;

import org.jspecify.annotations.NullMarked;
