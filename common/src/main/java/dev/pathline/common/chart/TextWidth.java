package dev.pathline.common.chart;

/** How wide a text will be, near enough to keep labels apart: a chart is drawn before anybody knows the font. */
final class TextWidth {

    private TextWidth() {}

    /** Returns the width in units of the chart. */
    static double of(String text, double fontSize) {
        return fontSize * text.codePoints().mapToDouble(TextWidth::ofOne).sum();
    }

    /** In shares of the font's size; the widest of the common sans-serif fonts count. */
    private static double ofOne(int character) {
        if ("ijlI.,:;'|!() ".indexOf(character) >= 0) {
            return 0.36;
        }
        if ("mwMW@%\u2212".indexOf(character) >= 0) {
            return 0.92;
        }
        return Character.isUpperCase(character) ? 0.72 : character < 0x2E80 ? 0.62 : 1;
    }
}
