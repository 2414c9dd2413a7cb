package dev.pathline.diffusion.card;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Guesses which name was meant by one that is not known. */
public final class Spelling {

    /** More wrong letters than this and it is another word. */
    private static final int MOST_WRONG = 2;

    /** Longer than any name of a setting: a text is not compared letter by letter. */
    private static final int LONGEST = 40;

    private Spelling() {}

    /**
     * Returns the known name that a wrong one is nearly: up to two letters differ, one of a short name; case, dashes and
     * underscores do not count.
     *
     * @param wrong the name that is not known
     * @param known the names that are
     */
    public static Optional<String> nearest(String wrong, Collection<String> known) {
        int allowed = Math.min(MOST_WRONG, plain(wrong).length() / 4);
        return known.stream().filter(name -> distance(wrong, name) <= allowed)
                .min(Comparator.<String>comparingInt(name -> distance(wrong, name))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Returns {@code " (did you mean NAME?)"}, or nothing where no known name is near. */
    public static String guess(String wrong, Collection<String> known) {
        return nearest(wrong, known).map(near -> " (did you mean " + near + "?)").orElse("");
    }

    /**
     * Returns how many letters of a name have to be put in, left out or replaced to get another one; case, dashes,
     * underscores and what is behind the 40th character do not count.
     */
    public static int distance(String name, String other) {
        return letters(plain(name), plain(other));
    }

    /** Returns the letters of a name that count. */
    public static String plain(String name) {
        String cut = name.length() > LONGEST ? name.substring(0, LONGEST) : name;
        return cut.replaceAll("[-_ ]", "").toLowerCase(Locale.ROOT);
    }

    /** Levenshtein's distance, one row of the table at a time. */
    private static int letters(String a, String b) {
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
