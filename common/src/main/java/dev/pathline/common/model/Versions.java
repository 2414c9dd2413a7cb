package dev.pathline.common.model;

import java.math.BigInteger;
import java.util.Collection;
import java.util.Comparator;

/** The order of versions: by number, part by part ({@code 9 < 10}, {@code 1.2 < 1.10}); a word is older than a number. */
public final class Versions {

    /** The older first. */
    public static final Comparator<String> ORDER = Versions::compare;

    private Versions() {}

    /** Returns a version that none of {@code taken} is: one more than the highest whole number. */
    public static String next(Collection<String> taken) {
        return taken.stream().filter(Versions::isNumber).map(BigInteger::new).reduce(BigInteger.ZERO, BigInteger::max)
                .add(BigInteger.ONE).toString();
    }

    private static int compare(String left, String right) {
        String[] a = left.split("\\.", -1);
        String[] b = right.split("\\.", -1);
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            int order = comparePart(a[i], b[i]);
            if (order != 0) {
                return order;
            }
        }
        return a.length != b.length ? Integer.compare(a.length, b.length) : left.compareTo(right);
    }

    private static int comparePart(String left, String right) {
        boolean leftIsNumber = isNumber(left);
        boolean rightIsNumber = isNumber(right);
        if (leftIsNumber && rightIsNumber) {
            return new BigInteger(left).compareTo(new BigInteger(right));
        }
        return leftIsNumber == rightIsNumber ? left.compareTo(right) : Boolean.compare(leftIsNumber, rightIsNumber);
    }

    private static boolean isNumber(String part) {
        return !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
