package dev.pathline.sql;

/** In what the databases differ. */
enum Dialect {

    /** SQLite 3.42 or newer. */
    SQLITE("jdbc:sqlite:", "cast(unixepoch('subsec') * 1000000 as integer)", "", ""),
    /** PostgreSQL 15 or newer. */
    POSTGRESQL("jdbc:postgresql:", "cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)",
            "collate \"C\"", "for update skip locked");

    private final String prefix;
    private final String now;
    private final String binary;
    private final String skipLocked;

    Dialect(String prefix, String now, String binary, String skipLocked) {
        this.prefix = prefix;
        this.now = now;
        this.binary = binary;
        this.skipLocked = skipLocked;
    }

    /**
     * Returns the dialect of a database.
     *
     * @param url its JDBC URL
     * @throws IllegalArgumentException if it is no database that is known here
     */
    static Dialect of(String url) {
        for (Dialect dialect : values()) {
            if (url.startsWith(dialect.prefix)) {
                return dialect;
            }
        }
        throw new IllegalArgumentException(
                "the database's URL must begin with jdbc:sqlite: or jdbc:postgresql:, not " + url);
    }

    /** Returns an expression for the time now, in microseconds since 1970. */
    String now() {
        return now;
    }

    /** Returns what makes a query take a row that nobody else is just taking; nothing where there is one writer at a time. */
    String skipLocked() {
        return skipLocked;
    }

    /** Returns what makes a column of text be compared byte by byte. */
    String binary() {
        return binary;
    }
}
