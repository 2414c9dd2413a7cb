/** An experiment measured: requests, reports and the page that is made of them. */
@NullMarked
package dev.pathline.benchmarks.experiment;

import org.jspecify.annotations.NullMarked;
