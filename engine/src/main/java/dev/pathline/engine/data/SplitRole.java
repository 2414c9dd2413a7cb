package dev.pathline.engine.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the name of a folder says that its images are for, however it is spelled. */
enum SplitRole {
    /** As {@code train}, {@code Training} or {@code train2017}. */
    TRAIN("train", "training", "trainset", "trainingset"),
    /** As {@code test} or {@code Testing}. */
    TEST("test", "tests", "testing", "testset", "testingset"),
    /** As {@code val}, {@code valid} or {@code validation}. */
    VALIDATION("val", "valid", "validate", "validation", "valset", "validset", "validationset", "dev", "devset", "eval",
            "evaluation", "holdout"),
    /** Any other name: that of a class. */
    NONE;

    /** What may stand beside the word without changing what it means. */
    private static final Set<String> FILLERS = Set.of("", "set", "data", "images", "image", "imgs", "img", "pictures",
            "split");

    /** With blanks around each. */
    private final String words;

    SplitRole(String... words) {
        this.words = " " + String.join(" ", words) + " ";
    }

    /** Where a word ends; in {@code trainA} before the capital letter. */
    private static final Pattern BETWEEN = Pattern.compile("[-_ .\\d]+|(?<=[a-z])(?=[A-Z])");

    /** Returns what a folder's name says. */
    static SplitRole of(String name) {
        List<String> left = words(name.toLowerCase(Locale.ROOT)).filter(word -> !FILLERS.contains(word)).toList();
        return left.size() != 1 ? NONE : ofWord(left.getFirst());
    }

    /** Whether two names are those of two parts of one thing, as {@code cats_train} and {@code cats_test} are. */
    static boolean areParts(String name, String other) {
        SplitRole role = within(name);
        SplitRole otherRole = within(other);
        return role != NONE && otherRole != NONE && role != otherRole && rest(name).equals(rest(other));
    }

    private static SplitRole within(String name) {
        List<SplitRole> roles = words(name).map(SplitRole::ofWord).filter(role -> role != NONE).toList();
        return roles.size() == 1 ? roles.getFirst() : NONE;
    }

    private static List<String> rest(String name) {
        return words(name).filter(word -> ofWord(word) == NONE).toList();
    }

    private static SplitRole ofWord(String word) {
        return Arrays.stream(values()).filter(role -> role.words.contains(" " + word + " ")).findFirst().orElse(NONE);
    }

    private static Stream<String> words(String name) {
        return BETWEEN.splitAsStream(name).map(word -> word.toLowerCase(Locale.ROOT)).filter(word -> !word.isEmpty());
    }
}
