package dev.pathline.standalone.cli.keys;

import dev.pathline.common.port.KeyStore;
import dev.pathline.sql.SqlDatabase;
import dev.pathline.sql.SqlKeyStore;
import dev.pathline.standalone.server.StateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The database that has the keys: the one of a server in one JVM, which may be running, or the one of the services. */
final class KeyPlace {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Option(names = "--state", paramLabel = "DIR", defaultValue = "${PATHLINE_STATE:-state}",
            description = "the folder in which ./pathline keeps its jobs (default: state beside ./pathline; also PATHLINE_STATE)")
    private Path state = Path.of("state");

    @Option(names = "--store", paramLabel = "URL", defaultValue = "${PATHLINE_STORE_URL}",
            description = "the database of the services instead, jdbc:postgresql://HOST/DATABASE (also PATHLINE_STORE_URL, with"
                    + " PATHLINE_STORE_USER and PATHLINE_STORE_PASSWORD)")
    private @Nullable String store;

    /** Opens it, and asks. */
    <T> T ask(Function<KeyStore, T> question) {
        try (SqlDatabase database = SqlDatabase.open(settings())) {
            return question.apply(new SqlKeyStore(database));
        }
    }

    private SqlDatabase.Settings settings() {
        if (store != null && !store.isBlank()) {
            return new SqlDatabase.Settings(store, environment("PATHLINE_STORE_USER"),
                    environment("PATHLINE_STORE_PASSWORD"), 1, TIMEOUT);
        }
        try {
            Files.createDirectories(state);
        } catch (IOException e) {
            throw new UncheckedIOException("nothing can be kept in " + state + ": choose another folder with --state",
                    e);
        }
        return SqlDatabase.Settings.file(StateFolder.database(state).toString());
    }

    private static String environment(String name) {
        String value = System.getenv(name);
        return value == null ? "" : value;
    }
}
