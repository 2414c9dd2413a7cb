package dev.pathline.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.PortUnavailableException;
import dev.pathline.common.testing.Jobs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said where a database cannot be used. */
class SqlDatabaseTest {

    @TempDir
    private Path folder;

    @Test
    void shouldRefuseWhatIsNoDatabaseItKnows() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SqlDatabase
                        .open(new SqlDatabase.Settings("jdbc:mysql://db/x", "", "", 1, Duration.ofSeconds(1))))
                .withMessageContaining("jdbc:sqlite: or jdbc:postgresql:").withMessageContaining("jdbc:mysql://db/x");
    }

    @Test
    void shouldSayWhichServerIsAwayAndNoPassword() {
        var settings = new SqlDatabase.Settings("jdbc:postgresql://localhost:1/pathline", "pathline", "secret", 1,
                Duration.ofSeconds(1));
        assertThatThrownBy(() -> SqlDatabase.open(settings)).isInstanceOf(PortUnavailableException.class)
                .hasMessageContaining("jdbc:postgresql://localhost:1/pathline cannot be reached")
                .message().doesNotContain("secret");
    }

    @Test
    void shouldRefuseAFileThatIsNoDatabase() throws Exception {
        Path file = Files.writeString(folder.resolve("jobs.db"), "this is a text, and no database at all");
        assertThatThrownBy(() -> SqlDatabase.open(SqlDatabase.Settings.file(file.toString())))
                .hasMessageContaining(file.toString()).hasMessageContaining("not a database");
        assertThat(file).hasContent("this is a text, and no database at all");
    }

    @Test
    void shouldRefuseTheTablesOfANewerVersion() {
        SqlDatabase.Settings settings = SqlDatabase.Settings.file(folder.resolve("jobs.db").toString());
        try (SqlDatabase newer = SqlDatabase.open(settings)) {
            newer.client().sql("insert into pathline_schema (installed_rank, version, description, type, script,"
                    + " installed_by, execution_time, success) values (99, '99', 'to come', 'SQL', 'V99__to_come.sql',"
                    + " '', 1, 1)").update();
        }
        assertThatThrownBy(() -> SqlDatabase.open(settings)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("newer version");
    }

    @Test
    void shouldSayThatADatabaseHasGoneAway() {
        SqlDatabase database = SqlDatabase.open(SqlDatabase.Settings.file(folder.resolve("jobs.db").toString()));
        JobStore store = new SqlJobStore(database, 10);
        store.create(Jobs.queued("a", Instant.now()));
        database.close();
        assertThatThrownBy(() -> store.find("a")).isInstanceOf(PortUnavailableException.class)
                .hasMessageContaining("jobs.db");
    }
}
