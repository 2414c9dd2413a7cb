package dev.pathline.common.chart;

/**
 * A mark on an axis.
 *
 * @param at the value
 * @param label what stands beside it
 */
public record Tick(double at, String label) {}
