package dev.pathline.standalone.cli;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as people write them. */
final class Digits {

    private Digits() {}

    /** Returns a finite number with at most so many digits, without zeros at the end or an exponent. */
    static String of(double value, int digits) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits)).stripTrailingZeros();
        return rounded.toPlainString();
    }
}
