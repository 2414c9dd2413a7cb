package dev.pathline.benchmarks.services;

import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.JobSignals;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.wire.Json;
import dev.pathline.nats.NatsEventLog;
import dev.pathline.nats.NatsJobSignals;
import dev.pathline.nats.NatsLink;
import dev.pathline.nats.NatsSettings;
import dev.pathline.sql.SqlDatabase;
import dev.pathline.sql.SqlJobStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

/** PostgreSQL and NATS, one of each, as child processes with disks of their own; {@code nats-server} is on the path. */
final class Backends implements AutoCloseable {

    private final EmbeddedPostgres postgres;
    private final Process nats;
    private final int port;
    private final int monitor;

    private Backends(EmbeddedPostgres postgres, Process nats, int port, int monitor) {
        this.postgres = postgres;
        this.nats = nats;
        this.port = port;
        this.monitor = monitor;
    }

    /** What a process is connected by, one of the API or of a worker. */
    record Ports(SqlDatabase database, NatsLink link, JobStore store, EventLog log, JobSignals signals,
            JobLifecycle lifecycle) implements AutoCloseable {

        @Override
        public void close() {
            link.close();
            database.close();
        }
    }

    /** What was asked of both so far. */
    record Counts(long commits, long messages, long bytes) {

        Counts minus(Counts before) {
            return new Counts(commits - before.commits, messages - before.messages, bytes - before.bytes);
        }
    }

    static Backends start() throws IOException, InterruptedException {
        EmbeddedPostgres postgres = EmbeddedPostgres.builder().setServerConfig("max_connections", "300")
                .setServerConfig("synchronous_commit", "on").start();
        int port = freePort();
        int monitor = freePort();
        Path disk = Files.createTempDirectory("nats");
        Process nats = new ProcessBuilder("nats-server", "-a", "127.0.0.1", "-p", Integer.toString(port), "-m",
                Integer.toString(monitor), "-js", "-sd", disk.toString()).redirectErrorStream(true)
                .redirectOutput(disk.resolve("log").toFile()).start();
        for (int i = 0; !answers(port); i++) {
            if (i > 200) {
                throw new IllegalStateException("nats-server does not start: " + Files.readString(disk.resolve("log")));
            }
            Thread.sleep(50);
        }
        return new Backends(postgres, nats, port, monitor);
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static boolean answers(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Connects as a process does. */
    Ports connect(int connections) {
        SqlDatabase database = SqlDatabase.open(new SqlDatabase.Settings(postgres.getJdbcUrl("postgres", "postgres"),
                "postgres", "", connections, Duration.ofSeconds(10)));
        NatsLink link = NatsLink.open(NatsSettings.of("nats://127.0.0.1:" + port));
        var store = new SqlJobStore(database, 100_000);
        var log = new NatsEventLog(link, Schedulers.parallel(), Clock.systemUTC());
        return new Ports(database, link, store, log, new NatsJobSignals(link),
                new JobLifecycle(store, log, Clock.systemUTC()));
    }

    /** How services are told where both are. */
    Map<String, String> environment() {
        return Map.of("PATHLINE_STORE_URL", postgres.getJdbcUrl("postgres", "postgres"), "PATHLINE_STORE_USER",
                "postgres", "PATHLINE_NATS_SERVERS", "nats://127.0.0.1:" + port, "PATHLINE_API_KEYS_REQUIRED", "never");
    }

    Counts counts() throws SQLException, IOException, InterruptedException {
        long commits;
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select xact_commit from pg_stat_database where datname = 'postgres'")) {
            row.next();
            commits = row.getLong(1);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            JsonNode varz = Json.MAPPER.readTree(client.send(HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + monitor + "/varz")).build(), BodyHandlers.ofString()).body());
            return new Counts(commits, varz.path("in_msgs").asLong(), varz.path("in_bytes").asLong());
        }
    }

    String version() throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show server_version")) {
            row.next();
            return "PostgreSQL " + row.getString(1);
        }
    }

    @Override
    public void close() throws IOException {
        nats.destroyForcibly().onExit().join();
        postgres.close();
    }
}
