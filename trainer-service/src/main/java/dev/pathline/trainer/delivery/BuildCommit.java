package dev.pathline.trainer.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The commit that this code was built from, wherever it runs. The build writes it beside this class, see
 * {@code .build/Commit.java}.
 */
public final class BuildCommit {

    /** What is said of a build that knew no commit. */
    public static final String UNKNOWN = "unknown";

    private static final String FILE = "commit.properties";

    private BuildCommit() {}

    /** Returns the commit, with {@code -dirty} behind it if the build's files were changed since; or {@link #UNKNOWN}. */
    public static String id() {
        try (InputStream in = BuildCommit.class.getResourceAsStream(FILE)) {
            return read(in);
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    static String read(@Nullable InputStream in) throws IOException {
        var properties = new Properties();
        if (in != null) {
            properties.load(in);
        }
        String commit = properties.getProperty("commit", "").strip();
        return commit.isEmpty() ? UNKNOWN : commit;
    }
}
