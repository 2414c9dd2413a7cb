/** From a request to a job, and from a job to the answer in the form that was asked for. */
@NullMarked
package dev.pathline.api.generate;

import org.jspecify.annotations.NullMarked;
