package dev.pathline.common.chart;

import java.util.ArrayList;
import java.util.List;

/** The names of series and guides, in rows that are as wide as the chart. */
final class Legend {

    static final double ROW = 18;
    private static final double FONT = 12;
    private static final double SAMPLE = 20;
    private static final double GAP = 14;

    private final List<Entry> entries = new ArrayList<>();
    private final double width;

    /**
     * A name and a sample of its line.
     *
     * @param name the text
     * @param look the classes of the sample's line
     */
    private record Entry(String name, String look) {

        double width() {
            return SAMPLE + 6 + TextWidth.of(name, FONT) + GAP;
        }
    }

    Legend(LineChart chart, double width) {
        this.width = width;
        List<Series> series = chart.series();
        // One series and nothing else is what the title says it is.
        if (series.size() + chart.guides().size() > 1) {
            for (int i = 0; i < series.size(); i++) {
                if (!series.get(i).name().isEmpty()) {
                    entries.add(new Entry(series.get(i).name(), Look.of(chart, i).line()));
                }
            }
        }
        chart.guides().forEach(guide -> entries.add(new Entry(guide.name(), "guide")));
    }

    /** Returns how high it is, in units of the chart. */
    double height() {
        double x = 0;
        int rows = entries.isEmpty() ? 0 : 1;
        for (Entry entry : entries) {
            if (x > 0 && x + entry.width() > width) {
                rows++;
                x = 0;
            }
            x += entry.width();
        }
        return rows * ROW;
    }

    /** Draws it with its upper left corner at a place. */
    void draw(Svg svg, double left, double top) {
        double x = 0;
        double y = top + ROW / 2;
        for (Entry entry : entries) {
            if (x > 0 && x + entry.width() > width) {
                y += ROW;
                x = 0;
            }
            svg.empty("line", "class", entry.look(), "x1", left + x, "x2", left + x + SAMPLE, "y1", y, "y2", y);
            svg.text("text", entry.name(), "x", left + x + SAMPLE + 6, "y", y + 4);
            x += entry.width();
        }
    }
}
