package dev.pathline.engine.data;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The files beside a folder's images that are not looked at, by the reason: who misses one of them finds it here. */
final class LeftOut {

    private static final int MOST_EXAMPLES = 3;

    private final Map<Reason, SortedSet<String>> found = new EnumMap<>(Reason.class);

    /** Why a file is left out. */
    enum Reason {
        /** Its name does not end as an image's. */
        OTHER_KIND("of other kinds"),
        /** An image, but not in a folder that is a class. */
        BESIDE_CLASSES("images that lie beside the folders of the classes"),
        /** A link to something that is not there. */
        DANGLING_LINK("links to what is not there"),
        /** A link to a folder above it. */
        LOOP("links to a folder that they lie in"),
        /** Made by a system for itself: thumbnails, a folder's looks, what was deleted. */
        CLUTTER("hidden, or made by systems for themselves");

        private final String words;

        Reason(String words) {
            this.words = words;
        }
    }

    /** Notes a file by its name from the data's folder on. */
    void add(Reason reason, String name) {
        found.computeIfAbsent(reason, _ -> new TreeSet<>()).add(name);
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** Says how many files there are by reason, with some of their names; those of other kinds by what they end with. */
    String listed() {
        var parts = new ArrayList<String>();
        found.forEach((reason, names) -> parts.add(names.size() + " " + reason.words + " ("
                + (reason == Reason.OTHER_KIND ? byEnding(names) + ": " : "") + examples(names) + ")"));
        return String.join("; ", parts);
    }

    private static String byEnding(SortedSet<String> names) {
        Map<String, Long> counts = names.stream()
                .collect(Collectors.groupingBy(LeftOut::ending, TreeMap::new, Collectors.counting()));
        return counts.entrySet().stream().map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
    }

    private static String ending(String name) {
        String file = name.substring(name.lastIndexOf('/') + 1);
        int dot = file.lastIndexOf('.');
        return dot < 0 ? "without an ending" : file.substring(dot);
    }

    private static String examples(SortedSet<String> names) {
        List<String> first = names.stream().limit(MOST_EXAMPLES).toList();
        return String.join(", ", first) + (names.size() > first.size() ? " ..." : "");
    }
}
