/** Looking at jobs, following and cancelling them. */
@NullMarked
package dev.pathline.api.jobs;

import org.jspecify.annotations.NullMarked;
