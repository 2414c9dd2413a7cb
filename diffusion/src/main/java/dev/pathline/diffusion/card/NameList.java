package dev.pathline.diffusion.card;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names in a message: a sentence stays one, however many there are. */
public final class NameList {

    /** So many are named. */
    public static final int MAX = 20;
    /** Longer names are cut. */
    private static final int MAX_LENGTH = 40;

    private NameList() {}

    /** The names with commas between them; of more than {@link #MAX} the first, and how many there are beside them. */
    public static String of(Collection<String> names) {
        String first = names.stream().limit(MAX)
                .map(name -> name.length() > MAX_LENGTH ? name.substring(0, MAX_LENGTH) + "..." : name)
                .collect(Collectors.joining(", "));
        return names.size() > MAX ? first + " and " + (names.size() - MAX) + " more" : first;
    }
}
