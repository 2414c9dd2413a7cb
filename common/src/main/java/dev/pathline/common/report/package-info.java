/** The report of a training run: what its log says as curves, facts and pictures on one page. */
@NullMarked
package dev.pathline.common.report;

import org.jspecify.annotations.NullMarked;
