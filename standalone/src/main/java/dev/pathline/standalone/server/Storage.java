package dev.pathline.standalone.server;

import dev.pathline.common.disk.OwnerMark;
import dev.pathline.common.inprocess.DirectoryBlobStore;
import dev.pathline.common.inprocess.InProcessBlobStore;
import dev.pathline.common.inprocess.InProcessEventLog;
import dev.pathline.common.inprocess.InProcessJobStore;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.ExperimentStore;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.KeyStore;
import dev.pathline.common.port.RateLimits;
import dev.pathline.common.port.WebhookOutbox;
import dev.pathline.sql.SqlDatabase;
import dev.pathline.sql.SqlEventLog;
import dev.pathline.sql.SqlExperimentStore;
import dev.pathline.sql.SqlJobStore;
import dev.pathline.sql.SqlKeyStore;
import dev.pathline.sql.SqlRateLimits;
import dev.pathline.sql.SqlWebhookOutbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Schedulers;

/**
 * Where the server keeps jobs, their events and images: in a folder, where the next server finds them, or in memory.
 *
 * <p>A folder is one server's at a time. Jobs that the last one had begun wait again.
 */
final class Storage implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Storage.class);

    private final JobStore jobs;
    private final EventLog events;
    private final BlobStore images;
    private final SqlDatabase database;
    private final @Nullable OwnerMark owner;

    private Storage(JobStore jobs, EventLog events, BlobStore images, SqlDatabase database,
            @Nullable OwnerMark owner) {
        this.jobs = jobs;
        this.events = events;
        this.images = images;
        this.database = database;
        this.owner = owner;
    }

    /**
     * Opens what the settings say.
     *
     * @throws IllegalStateException if another server has the folder, or its tables are those of a newer version
     * @throws UncheckedIOException if the folder cannot be written to
     */
    static Storage open(StandaloneProperties properties, Clock clock) {
        return properties.memory() ? inMemory(properties, clock) : inFolder(properties, clock);
    }

    private static Storage inMemory(StandaloneProperties properties, Clock clock) {
        return new Storage(new InProcessJobStore(properties.queueCapacity(), clock), live(properties),
                new InProcessBlobStore(properties.images().toBytes(), clock),
                SqlDatabase.open(SqlDatabase.Settings.memory()), null);
    }

    private static Storage inFolder(StandaloneProperties properties, Clock clock) {
        Path folder = properties.state().toAbsolutePath().normalize();
        OwnerMark owner = take(folder);
        SqlDatabase database = null;
        try {
            database = SqlDatabase.open(SqlDatabase.Settings.file(StateFolder.database(folder).toString()));
            var jobs = new SqlJobStore(database, properties.queueCapacity());
            jobs.endLeases();
            LOG.info("jobs and their images are kept in {}: {} wait", folder, jobs.depth().waiting());
            return new Storage(jobs, new SqlEventLog(database, live(properties)),
                    new DirectoryBlobStore(StateFolder.images(folder), clock), database, owner);
        } catch (RuntimeException e) {
            close(database, owner);
            throw e;
        }
    }

    private static OwnerMark take(Path folder) {
        try {
            Files.createDirectories(folder);
            return OwnerMark.tryTake(StateFolder.lock(folder)).orElseThrow(() -> taken(folder));
        } catch (IOException e) {
            throw new UncheckedIOException("nothing can be kept in " + folder
                    + ": choose another folder with --state, or keep nothing with --memory", e);
        }
    }

    /** Returns what is said where another server has a folder. */
    static IllegalStateException taken(Path folder) {
        return new IllegalStateException("another server keeps its jobs in " + folder.toAbsolutePath().normalize()
                + ": stop it, choose another folder with --state, or keep nothing with --memory");
    }

    private static InProcessEventLog live(StandaloneProperties properties) {
        return new InProcessEventLog(Schedulers.parallel(), properties.eventsPerJob().toBytes(),
                properties.eventsOfEndedJobs().toBytes());
    }

    JobStore jobs() {
        return jobs;
    }

    EventLog events() {
        return events;
    }

    ExperimentStore experiments() {
        return new SqlExperimentStore(database);
    }

    KeyStore keys() {
        return new SqlKeyStore(database);
    }

    RateLimits rateLimits(Clock clock) {
        return new SqlRateLimits(database, clock);
    }

    WebhookOutbox webhooks() {
        return new SqlWebhookOutbox(database);
    }

    BlobStore images() {
        return images;
    }

    @Override
    public void close() {
        close(database, owner);
    }

    private static void close(@Nullable SqlDatabase database, @Nullable OwnerMark owner) {
        if (database != null) {
            database.close();
        }
        if (owner != null) {
            try {
                owner.close();
            } catch (IOException e) {
                LOG.warn("the folder of jobs is not let go of: {}", e.getMessage());
            }
        }
    }
}
