/** What jobs leave behind for operators: a line in the log and numbers, of each job once, whoever ended it. */
@NullMarked
package dev.pathline.common.watch;

import org.jspecify.annotations.NullMarked;
