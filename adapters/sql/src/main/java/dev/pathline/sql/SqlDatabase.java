package dev.pathline.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pathline.common.port.PortUnavailableException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationState;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;

/**
 * A database, with the tables that this version needs. Closed by whoever opened it. Safe for use by many threads.
 *
 * <p>A transaction of SQLite is on the disk when it is answered ({@code synchronous=FULL}), and there is one connection: it
 * has one writer at a time anyway. PostgreSQL is asked over as many connections as configured.
 */
public final class SqlDatabase implements AutoCloseable {

    private static final String MIGRATIONS = "classpath:dev/pathline/sql/migrations";

    private final Dialect dialect;
    private final String place;
    private final HikariDataSource pool;
    private final JdbcClient client;

    private SqlDatabase(Dialect dialect, String place, HikariDataSource pool, JdbcClient client) {
        this.dialect = dialect;
        this.place = place;
        this.pool = pool;
        this.client = client;
    }

    /**
     * How a database is reached.
     *
     * @param url {@code jdbc:sqlite:FILE} or {@code jdbc:postgresql://HOST/DATABASE}
     * @param user who asks; empty where the URL says it, or none is needed
     * @param password the user's
     * @param connections how many there are at most, of PostgreSQL
     * @param timeout how long a statement may take, and a connection until there is one
     */
    public record Settings(String url, String user, String password, int connections, Duration timeout) {

        /** How a file of SQLite is reached. */
        public static Settings file(String file) {
            return new Settings("jdbc:sqlite:" + file, "", "", 1, Duration.ofSeconds(5));
        }

        /** How a database is reached that is in memory, and gone when it is closed. */
        public static Settings memory() {
            return file(":memory:");
        }

        /** Says nothing of the password. */
        @Override
        public String toString() {
            return url;
        }
    }

    /**
     * Opens a database, and brings its tables to this version.
     *
     * @throws PortUnavailableException if it cannot be reached
     * @throws IllegalArgumentException if it is no database that is known here
     * @throws IllegalStateException if its tables are those of a newer version
     */
    public static SqlDatabase open(Settings settings) {
        Dialect dialect = Dialect.of(settings.url());
        var config = new HikariConfig();
        config.setPoolName("pathline-" + dialect.name().toLowerCase(Locale.ROOT));
        config.setJdbcUrl(settings.url());
        if (!settings.user().isEmpty()) {
            config.setUsername(settings.user());
            config.setPassword(settings.password());
        }
        config.setConnectionTimeout(settings.timeout().toMillis());
        config.setValidationTimeout(settings.timeout().toMillis());
        // What stands idle is taken from other processes: a database has 100 connections unless it is told otherwise.
        config.setMinimumIdle(1);
        config.setDataSourceProperties(properties(dialect, settings.timeout()));
        if (dialect == Dialect.SQLITE) {
            // What is in memory is gone with its connection.
            config.setMaxLifetime(0);
        }
        config.setMaximumPoolSize(dialect == Dialect.SQLITE ? 1 : settings.connections());
        HikariDataSource pool;
        try {
            pool = new HikariDataSource(config);
        } catch (RuntimeException e) {
            throw new PortUnavailableException("the database " + settings + " cannot be reached: " + reason(e), e);
        }
        try {
            migrate(dialect, settings, pool);
        } catch (FlywayException e) {
            pool.close();
            throw new IllegalStateException("the tables of " + settings + " cannot be used: " + reason(e), e);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
        return new SqlDatabase(dialect, settings.toString(), pool, JdbcClient.create(pool));
    }

    private static void migrate(Dialect dialect, Settings settings, HikariDataSource pool) {
        Flyway flyway = Flyway.configure().dataSource(pool).locations(MIGRATIONS).table("pathline_schema")
                .placeholders(Map.of("binary", dialect.binary())).load();
        if (Arrays.stream(flyway.info().applied()).anyMatch(
                migration -> migration.getState() == MigrationState.FUTURE_SUCCESS)) {
            throw new IllegalStateException("the tables of " + settings
                    + " are those of a newer version of Pathline, which this one would spoil");
        }
        flyway.migrate();
    }

    private static Properties properties(Dialect dialect, Duration timeout) {
        var properties = new Properties();
        switch (dialect) {
            case SQLITE -> {
                var config = new SQLiteConfig();
                config.setJournalMode(JournalMode.WAL);
                config.setSynchronous(SynchronousMode.FULL);
                config.setBusyTimeout(Math.toIntExact(timeout.toMillis()));
                properties.putAll(config.toProperties());
            }
            case POSTGRESQL -> {
                String seconds = Long.toString(Math.max(1, timeout.toSeconds()));
                properties.setProperty("connectTimeout", seconds);
                // A server that does not answer at all; one that is slow ends the statement before.
                properties.setProperty("socketTimeout", Long.toString(2 * Math.max(1, timeout.toSeconds())));
                properties.setProperty("options", "-c statement_timeout=" + timeout.toMillis());
                properties.setProperty("ApplicationName", "pathline");
            }
        }
        return properties;
    }

    Dialect dialect() {
        return dialect;
    }

    JdbcClient client() {
        return client;
    }

    /**
     * Does something with the database.
     *
     * @throws PortUnavailableException if it is away, or too slow
     * @throws IllegalStateException if a constraint forbids it
     */
    <T> T ask(Supplier<T> question) {
        try {
            return question.get();
        } catch (DataIntegrityViolationException e) {
            throw new IllegalStateException(reason(e), e);
        } catch (DataAccessException e) {
            throw new PortUnavailableException("the database " + place + " does not answer: " + reason(e), e);
        }
    }

    private static String reason(Throwable e) {
        Throwable last = e;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return last.getMessage() == null ? last.toString() : last.getMessage();
    }

    @Override
    public void close() {
        pool.close();
    }
}
