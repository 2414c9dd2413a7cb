/** Line charts as SVG: for reports of runs and for what was measured of a model. Plain text in, plain text out. */
@org.jspecify.annotations.NullMarked
package dev.pathline.common.chart;
