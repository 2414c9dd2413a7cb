package dev.pathline.trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The commit of a git checkout, read from its files: there need be no git on the machine. */
public final class GitHead {

    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}([0-9a-f]{24})?");
    private static final String SYMBOLIC = "ref: ";

    private GitHead() {}

    /** Returns the commit that is checked out around {@code folder}, or an empty text where that is not known. */
    public static String of(Path folder) {
        for (Path at = folder.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
            Path git = at.resolve(".git");
            if (Files.exists(git)) {
                try {
                    return commit(gitDirectory(git));
                } catch (IOException e) {
                    return "";
                }
            }
        }
        return "";
    }

    /** In a linked worktree {@code .git} is a file that names the directory. */
    private static Path gitDirectory(Path git) throws IOException {
        if (Files.isDirectory(git)) {
            return git;
        }
        String text = Files.readString(git).strip();
        return git.resolveSibling(text.startsWith("gitdir: ") ? text.substring(8) : text);
    }

    private static String commit(Path git) throws IOException {
        String head = Files.readString(git.resolve("HEAD")).strip();
        if (!head.startsWith(SYMBOLIC)) {
            return COMMIT.matcher(head).matches() ? head : "";
        }
        String ref = head.substring(SYMBOLIC.length()).strip();
        Path commonFile = git.resolve("commondir");
        Path common = Files.isRegularFile(commonFile)
                ? git.resolve(Files.readString(commonFile).strip())
                : git;
        return loose(git.resolve(ref)).or(() -> loose(common.resolve(ref)))
                .or(() -> packed(common.resolve("packed-refs"), ref)).orElse("");
    }

    private static Optional<String> loose(Path file) {
        return read(file).map(String::strip).filter(text -> COMMIT.matcher(text).matches());
    }

    private static Optional<String> packed(Path file, String ref) {
        return read(file).flatMap(text -> text.lines().filter(line -> line.endsWith(" " + ref))
                .map(line -> line.substring(0, line.indexOf(' '))).filter(hash -> COMMIT.matcher(hash).matches())
                .findFirst());
    }

    private static Optional<String> read(Path file) {
        @Nullable
        String text = null;
        try {
            text = Files.isRegularFile(file) ? Files.readString(file) : null;
        } catch (IOException e) {
            // A checkout that cannot be read is one whose commit is not known.
        }
        return Optional.ofNullable(text);
    }
}
