package dev.pathline.common.chart;

/**
 * The classes of a series' elements.
 *
 * @param colour the class of its colour
 * @param series how it is drawn
 */
record Look(String colour, Series.Look series) {

    /** Returns the look of a chart's series; of few states in order the first is pale and the last strong. */
    static Look of(LineChart chart, int index) {
        int last = Math.max(1, chart.series().size() - 1);
        String colour = chart.sequence()
                ? "q" + Math.round((ChartStyle.SHADES - 1) * (double) index / last)
                : "c" + index % ChartStyle.COLOURS;
        return new Look(colour, chart.series().get(index).look());
    }

    String line() {
        return "series " + colour + (series == Series.Look.FAINT ? " faint" : "");
    }

    String dot() {
        return "dot " + colour;
    }

    String interval() {
        return "interval " + colour;
    }
}
