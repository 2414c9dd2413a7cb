package dev.pathline.common.chart;

import java.util.List;

/** Colours and type of charts, light and dark; paper is light. */
public final class ChartStyle {

    /** Those of Okabe and Ito, which colour-blind people can tell apart too; the black one is the ink's. */
    private static final List<String> LIGHT = List.of("#0072b2", "#d55e00", "#009e73", "#b8578f", "#b07b00", "#3f93c4",
            "#20262e", "#7d7d7d");
    private static final List<String> DARK = List.of("#56b4e9", "#ee8447", "#34c298", "#dd96bf", "#e6ab35", "#8fcaee",
            "#e8e6e1", "#9a9a9a");

    /** Pale to strong, for states of one thing in order. */
    private static final List<String> LIGHT_SEQUENCE = List.of("#a9cfc4", "#7fbab0", "#55a39b", "#2f8a84", "#12696c",
            "#073f4a");
    private static final List<String> DARK_SEQUENCE = List.of("#31565a", "#397577", "#429690", "#57b7a7", "#83d5bf",
            "#c2f2de");

    static final int COLOURS = LIGHT.size();
    static final int SHADES = LIGHT_SEQUENCE.size();

    private ChartStyle() {}

    /** Returns the style of the charts' elements, all of whose selectors begin with {@code .chart}. */
    public static String css() {
        String dark = variables("#e8e6e1", "#9aa3ad", "#343b44", DARK, DARK_SEQUENCE);
        var css = new StringBuilder();
        css.append(".chart{").append(variables("#20262e", "#5d6672", "#e4e1d9", LIGHT, LIGHT_SEQUENCE))
                .append("font:12px system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;")
                .append("font-variant-numeric:tabular-nums;display:block;width:100%;height:auto}\n");
        css.append("@media screen and (prefers-color-scheme:dark){.chart{").append(dark).append("}}\n");
        css.append("""
                .chart text{fill:var(--chart-soft)}
                .chart .heading{fill:var(--chart-ink);font-weight:600;font-size:14px}
                .chart .grid{stroke:var(--chart-line);stroke-width:1}
                .chart .guide{stroke:var(--chart-soft);stroke-width:1;stroke-dasharray:5 4}
                .chart .band{fill:var(--chart-soft);opacity:.16}
                .chart .series{fill:none;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}
                .chart .faint{stroke-width:1;opacity:.38}
                .chart .interval{fill:none;stroke-width:1.2;opacity:.75}
                .chart .dot{stroke:none}
                .chart .lost{fill:none;stroke:var(--chart-1);stroke-width:1.6}
                """);
        for (int i = 0; i < COLOURS; i++) {
            css.append(colour("c", i, "--chart-"));
        }
        for (int i = 0; i < SHADES; i++) {
            css.append(colour("q", i, "--chart-q"));
        }
        return css.toString();
    }

    private static String colour(String prefix, int i, String variable) {
        String value = "var(" + variable + i + ")";
        return ".chart ." + prefix + i + "{stroke:" + value + "}.chart .dot." + prefix + i + "{fill:" + value + "}\n";
    }

    private static String variables(String ink, String soft, String line, List<String> colours, List<String> sequence) {
        var text = new StringBuilder("--chart-ink:" + ink + ";--chart-soft:" + soft + ";--chart-line:" + line + ";");
        for (int i = 0; i < colours.size(); i++) {
            text.append("--chart-").append(i).append(':').append(colours.get(i)).append(';');
        }
        for (int i = 0; i < sequence.size(); i++) {
            text.append("--chart-q").append(i).append(':').append(sequence.get(i)).append(';');
        }
        return text.toString();
    }
}
