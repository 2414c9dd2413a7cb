package dev.pathline.common.error;

import dev.pathline.diffusion.card.Spelling;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses what was meant by a name that is not known. */
public final class Suggestions {

    /** More wrong letters than this and it is another word. */
    private static final int MAX_DISTANCE = 3;

    private Suggestions() {}

    /** The known name nearest to a wrong one, if one is near: letters, case and separators ({@code cfg_scale}) count little. */
    public static Optional<String> nearest(String wrong, Collection<String> known) {
        int allowed = Math.min(MAX_DISTANCE, Math.max(1, Spelling.plain(wrong).length() / 3));
        return known.stream().filter(name -> Spelling.distance(wrong, name) <= allowed)
                .min(Comparator.comparingInt(name -> Spelling.distance(wrong, name)));
    }
}
