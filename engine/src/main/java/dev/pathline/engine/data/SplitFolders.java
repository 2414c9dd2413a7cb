package dev.pathline.engine.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the parts of a folder of images are: in folders called {@code train} and {@code test}, or the folder itself has
 * the training images. Whatever could be both, parts or classes, is refused: images that are kept for measurements are
 * not to be trained on because their folder was taken for a class.
 *
 * @param train the training images
 * @param test the test images, or nothing where there are none
 * @param notes what was decided that is not obvious, each a sentence
 */
record SplitFolders(Path train, Optional<Path> test, List<String> notes) {

    /** Takes a copy. */
    SplitFolders {
        notes = List.copyOf(notes);
    }

    /**
     * Looks at the names of the folders in a folder.
     *
     * @param given the classes that are known; empty if the folders are to tell. Folders that are all of them are classes,
     *        whatever they are called.
     * @throws DataException if there is no such folder, or its folders may be parts as well as classes
     */
    static SplitFolders of(Path root, List<String> given) {
        requireFolder(root);
        List<String> names = ImageFiles.folderNames(root);
        if (new HashSet<>(names).equals(new HashSet<>(given))) {
            return new SplitFolders(root, Optional.empty(), classesCalledAsParts(root, names));
        }
        List<String> trains = with(SplitRole.TRAIN, names);
        List<String> tests = with(SplitRole.TEST, names);
        List<String> validations = with(SplitRole.VALIDATION, names);
        List<String> others = with(SplitRole.NONE, names);
        boolean loneTrain = trains.size() == 1 && tests.isEmpty() && validations.isEmpty();
        if (others.size() == names.size()) {
            requireNoPartsOfOneThing(root, names);
            requireNoPartsWithin(root, others);
            return new SplitFolders(root, Optional.empty(), List.of());
        }
        if (others.isEmpty() && trains.size() == 1 && tests.size() < 2) {
            Path train = root.resolve(trains.getFirst());
            requireNoPartsWithin(train, with(SplitRole.NONE, ImageFiles.folderNames(train)));
            return new SplitFolders(train, tests.stream().map(root::resolve).findFirst(),
                    parts(root, names, trains.getFirst(), tests.isEmpty() ? null : tests.getFirst()));
        }
        if (loneTrain && ImageFiles.hasImages(root.resolve(trains.getFirst()))) {
            return new SplitFolders(root, Optional.empty(), classesCalledAsParts(root, names));
        }
        throw unclear(root, names, words(trains, tests, validations)
                + (others.isEmpty() ? " alone cannot say which images are trained on" : " may be parts or classes"));
    }

    /** Says where the parts are, unless they are called as everybody expects, and which folder is not looked at. */
    private static List<String> parts(Path root, List<String> names, String train, @Nullable String test) {
        boolean plain = train.equals("train") && (test == null || test.equals("test"));
        var unused = new ArrayList<>(names);
        unused.remove(train);
        unused.remove(test);
        if (plain && unused.isEmpty()) {
            return List.of();
        }
        return List.of("of the folders in " + root + ", " + train + " is trained on"
                + (test == null ? "" : ", " + test + " is kept for measurements")
                + (unused.isEmpty() ? "" : ", and " + String.join(", ", unused) + " is not looked at")
                + ": data.path and data.test may name others");
    }

    private static List<String> classesCalledAsParts(Path root, List<String> names) {
        List<String> called = names.stream().filter(name -> SplitRole.of(name) != SplitRole.NONE).toList();
        return called.isEmpty()
                ? List.of()
                : List.of(String.join(" and ", called) + " in " + root + (called.size() == 1
                        ? " is taken for a class"
                        : " are taken for classes")
                        + ": if they are parts, let data.path name the folder of the training images and data.test"
                        + " that of the test images");
    }

    /** A class may have folders; one of test images among them would be trained on. */
    private static void requireNoPartsWithin(Path folder, List<String> classes) {
        for (String name : classes) {
            Path of = folder.resolve(name);
            List<String> inside = ImageFiles.folderNames(of);
            boolean parts = inside.stream().map(SplitRole::of)
                    .anyMatch(role -> role == SplitRole.TEST || role == SplitRole.VALIDATION);
            if (parts) {
                throw new DataException(of + " would be a class, but has the folders " + inside
                        + ", whose images would all be trained on: let data.path name the folder of the training images"
                        + " and data.test that of the test images, or list the folders of " + folder
                        + " in data.classes if they are classes all the same");
            }
        }
    }

    /** Folders such as {@code seg_train} and {@code seg_test}: another word stands in both, so neither says it plainly. */
    private static void requireNoPartsOfOneThing(Path root, List<String> names) {
        for (String name : names) {
            for (String other : names) {
                if (SplitRole.areParts(name, other)) {
                    throw unclear(root, names, name + ", " + other + " may be parts or classes");
                }
            }
        }
    }

    private static DataException unclear(Path root, List<String> names, String what) {
        return new DataException("the folders in " + root + " are " + names + ", and " + what
                + ": let data.path name the folder of the training images and data.test that of the test images, or"
                + " list the folders in data.classes if all of them are classes");
    }

    private static List<String> with(SplitRole role, List<String> names) {
        return names.stream().filter(name -> SplitRole.of(name) == role).toList();
    }

    private static String words(List<String> trains, List<String> tests, List<String> validations) {
        var all = new ArrayList<>(trains);
        all.addAll(tests);
        all.addAll(validations);
        return String.join(", ", all);
    }

    static void requireFolder(Path root) {
        if (!Files.isDirectory(root)) {
            throw new DataException(Files.exists(root) ? root + " is not a folder" : "there is no folder " + root);
        }
    }
}
