package dev.pathline.common.error;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Guesses what was meant by a name that is not known. */
public final class Suggestions {

    /** More wrong letters than this and it is another word. */
    private static final int MAX_DISTANCE = 3;

    private Suggestions() {}

    /** The known name nearest to a wrong one, if one is near: letters, case and separators ({@code cfg_scale}) count little. */
    public static Optional<String> nearest(String wrong, Collection<String> known) {
        String plain = plain(wrong);
        int allowed = Math.min(MAX_DISTANCE, Math.max(1, plain.length() / 3));
        return known.stream().filter(name -> distance(plain, plain(name)) <= allowed)
                .min(Comparator.comparingInt(name -> distance(plain, plain(name))));
    }

    private static String plain(String name) {
        // Longer than any field: no need to compare megabytes letter by letter.
        String cut = name.length() > 40 ? name.substring(0, 40) : name;
        return cut.replaceAll("[-_ ]", "").toLowerCase(Locale.ROOT);
    }

    /** The Levenshtein distance, one row at a time. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
