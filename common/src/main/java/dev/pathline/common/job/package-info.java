/** The life of a job as data and one pure function: what it is, what may happen to it, what follows. */
@NullMarked
package dev.pathline.common.job;

import org.jspecify.annotations.NullMarked;
