package dev.pathline.common.chart;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Writes SVG elements. */
public final class Svg {

    private final StringBuilder text = new StringBuilder();

    /**
     * Writes the start of an element.
     *
     * @param attributes names and values by turns; a value is a text, or a number in units of the chart
     */
    Svg open(String element, Object... attributes) {
        return tag(element, ">", attributes);
    }

    /** Writes the end of an element. */
    Svg close(String element) {
        text.append("</").append(element).append('>');
        return this;
    }

    /** Writes an element without content. */
    Svg empty(String element, Object... attributes) {
        return tag(element, "/>", attributes);
    }

    /** Writes an element that holds a text. */
    Svg text(String element, String content, Object... attributes) {
        open(element, attributes);
        text.append(escape(content));
        return close(element);
    }

    private Svg tag(String element, String end, Object... attributes) {
        text.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            Object value = attributes[i + 1];
            text.append(' ').append(attributes[i]).append("=\"")
                    .append(value instanceof Number number ? number(number.doubleValue()) : escape(value.toString()))
                    .append('"');
        }
        text.append(end);
        return this;
    }

    /** Writes a coordinate; a hundredth of a unit is less than a pixel anywhere. */
    static String number(double value) {
        return BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_UP).stripTrailingZeros().toPlainString();
    }

    /** Returns a text as it is written in XML and HTML, also in attributes; what XML cannot hold becomes a question mark. */
    public static String escape(String text) {
        var escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                case '\n', '\t', '\r' -> escaped.append((char) c);
                default -> escaped.appendCodePoint(allowed(c) ? c : '?');
            }
        });
        return escaped.toString();
    }

    private static boolean allowed(int c) {
        boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        return c >= ' ' && !surrogate && c != 0xFFFE && c != 0xFFFF;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
