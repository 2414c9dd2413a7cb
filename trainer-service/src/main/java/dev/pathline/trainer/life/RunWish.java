package dev.pathline.trainer.life;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What another process wants of the one that is at work on a run: a word in the file {@value #NAME} of its folder, which goes
 * when it has been heeded. The record says what came of it.
 */
public enum RunWish {
    /** To stop for a while. */
    PAUSE,
    /** To end. */
    CANCEL;

    /** The file. */
    public static final String NAME = "wish";

    /**
     * Leaves the wish, in the place of an earlier one.
     *
     * @throws IOException if it cannot be written
     */
    public void leave(Path run) throws IOException {
        Path written = Files.createTempFile(run, NAME, ".tmp");
        Files.writeString(written, name().toLowerCase(Locale.ROOT));
        Files.move(written, run.resolve(NAME), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Returns what is wished of a run; nothing where nobody wishes anything, or it cannot be understood. */
    public static Optional<RunWish> of(Path run) {
        return RunFiles.text(run.resolve(NAME)).flatMap(word -> Arrays.stream(values())
                .filter(wish -> wish.name().equalsIgnoreCase(word.strip())).findFirst());
    }

    /** Returns whether some wish has not been heeded yet. */
    public static boolean isLeft(Path run) {
        return Files.exists(run.resolve(NAME));
    }

    /**
     * Takes a wish away, if there is one.
     *
     * @throws IOException if it stays
     */
    public static void takeAway(Path run) throws IOException {
        Files.deleteIfExists(run.resolve(NAME));
    }
}
