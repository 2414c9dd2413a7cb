import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Writes {@code commit=ID} for the jar that is being built: {@code java Commit.java REPOSITORY FILE}.
 *
 * <p>The id is {@code PATHLINE_COMMIT} of the environment, for builds that have no {@code .git} such as that of the image;
 * else what {@code git} says is checked out, with {@code -dirty} behind it if tracked files were changed since; else
 * {@code unknown}.
 */
public final class Commit {

    private static final String UNKNOWN = "unknown";

    private Commit() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path file = Path.of(args[1]);
        byte[] text = ("commit=" + id(Path.of(args[0])) + "\n").getBytes(StandardCharsets.UTF_8);
        // A file that is as it should be keeps its time, so that what was built from it is not stale.
        if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), text)) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, text);
        }
    }

    private static String id(Path repository) throws IOException, InterruptedException {
        String given = System.getenv("PATHLINE_COMMIT");
        if (given != null && !given.isBlank()) {
            return given.strip();
        }
        // Only the repository's own: a copy of the sources may lie in the checkout of something else.
        if (!Files.exists(repository.resolve(".git"))) {
            return UNKNOWN;
        }
        String head = git(repository, "rev-parse", "--verify", "HEAD");
        if (!head.matches("[0-9a-f]{40,64}")) {
            return UNKNOWN;
        }
        return git(repository, "status", "--porcelain", "--untracked-files=no").isEmpty() ? head : head + "-dirty";
    }

    /** What git prints; a sentence that is no commit if there is no git, or it refuses. */
    private static String git(Path repository, String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 3];
        command[0] = "git";
        command[1] = "-C";
        command[2] = repository.toString();
        System.arraycopy(arguments, 0, command, 3, arguments.length);
        Process process;
        try {
            process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException e) {
            return "no git: " + e.getMessage();
        }
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return process.waitFor() == 0 ? printed : "git failed";
    }
}
