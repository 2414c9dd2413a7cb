/** What samples are compared with: real data as training opens them, and what a classifier says of them. */
@NullMarked
package dev.pathline.engine.evaluation.real;

import org.jspecify.annotations.NullMarked;
