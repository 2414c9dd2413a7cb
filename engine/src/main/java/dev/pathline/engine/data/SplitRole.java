package dev.pathline.engine.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

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

    /** Returns what a folder's name says. */
    static SplitRole of(String name) {
        List<String> left = Arrays.stream(name.toLowerCase(Locale.ROOT).split("[-_ .\\d]+"))
                .filter(word -> !FILLERS.contains(word)).toList();
        return left.size() != 1
                ? NONE
                : Arrays.stream(values()).filter(role -> role.words.contains(" " + left.getFirst() + " ")).findFirst()
                        .orElse(NONE);
    }
}
