package dev.pathline.it.services;

import dev.pathline.common.testing.NatsServer;
import dev.pathline.it.PathlineProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.util.FileSystemUtils;

/** PostgreSQL, NATS and as many services as a test wants, all of them processes of this machine. */
final class Services implements AutoCloseable {

    static final Path ROOT = PathlineProcess.ROOT;

    private final NatsServer nats;
    private final EmbeddedPostgres postgres;
    private final Path folder;
    private final List<ServiceProcess> started = new ArrayList<>();

    private Services(NatsServer nats, EmbeddedPostgres postgres, Path folder) {
        this.nats = nats;
        this.postgres = postgres;
        this.folder = folder;
    }

    /** Starts the servers. */
    static Services start() throws IOException {
        NatsServer nats = NatsServer.start();
        Path folder = Files.createTempDirectory("services");
        return new Services(nats, EmbeddedPostgres.builder().setServerConfig("synchronous_commit", "on")
                .setDataDirectory(folder.resolve("postgres"))
                .setCleanDataDirectory(false).start(), folder);
    }

    NatsServer nats() {
        return nats;
    }

    Path folder() {
        return folder;
    }

    private Map<String, String> environment(Map<String, String> more) {
        var all = new HashMap<>(Map.of("PATHLINE_STORE_URL", postgres.getJdbcUrl("postgres", "postgres"),
                "PATHLINE_STORE_USER", "postgres", "PATHLINE_STORE_TIMEOUT", "3s", "PATHLINE_NATS_SERVERS", nats.url(),
                "PATHLINE_NATS_TIMEOUT", "2s", "PATHLINE_REGISTRY_DIRECTORIES",
                folder.resolve("trained") + "," + ROOT.resolve("models"), "PATHLINE_IMAGES_DIRECTORY",
                folder.resolve("images").toString(), "PATHLINE_RUNS", folder.resolve("runs").toString(),
                "PATHLINE_PROFILES", folder.resolve("profiles").toString()));
        all.put("PATHLINE_API_KEYS_REQUIRED", "never");
        all.putAll(more);
        return all;
    }

    /** Starts a replica of the API. */
    ServiceProcess api(Map<String, String> more) throws IOException {
        return begin("api-service", more);
    }

    /** Starts a worker with one thread, whose claims hold for five seconds. */
    ServiceProcess worker(Map<String, String> more) throws IOException {
        var all = new HashMap<>(Map.of("PATHLINE_WORKER_THREADS", "1", "PATHLINE_WORKER_LEASE", "5s",
                "PATHLINE_WORKER_PROFILE", "f32", "PATHLINE_WORKER_PRELOAD", ""));
        all.putAll(more);
        return begin("inference-worker", all);
    }

    /** Starts a trainer. */
    ServiceProcess trainer(Map<String, String> more) throws IOException {
        return begin("trainer-service", more);
    }

    private ServiceProcess begin(String module, Map<String, String> more) throws IOException {
        ServiceProcess service = ServiceProcess.start(module, environment(more), folder);
        started.add(service);
        return service;
    }

    /** The first process of PostgreSQL, which has started the others. */
    private ProcessHandle postmaster() throws IOException {
        long pid = Long.parseLong(Files.readAllLines(folder.resolve("postgres/postmaster.pid")).getFirst().trim());
        return ProcessHandle.of(pid).orElseThrow(() -> new AssertionError("there is no PostgreSQL"));
    }

    /** Stops all processes of PostgreSQL where they are, or lets them go on; its connections stay open. */
    void signalPostgres(String name) throws Exception {
        ProcessHandle first = postmaster();
        signal(name, first.pid());
        for (ProcessHandle one : first.descendants().toList()) {
            signal(name, one.pid());
        }
    }

    /** Ends PostgreSQL without a word to anybody, and starts it again. */
    void restartPostgres() throws Exception {
        Path control = Path.of(postmaster().info().command().orElseThrow()).resolveSibling("pg_ctl");
        // PostgreSQL refuses to be root's, but in a namespace of its own.
        var command = new ArrayList<String>(
                System.getProperty("user.name").equals("root") ? List.of("unshare", "-U") : List.of());
        command.addAll(List.of(control.toString(), "-D", folder.resolve("postgres").toString(), "-w", "-m", "immediate",
                "-l", folder.resolve("postgres.log").toString(), "restart"));
        Process restart = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        if (!restart.waitFor(60, TimeUnit.SECONDS) || restart.exitValue() != 0) {
            throw new AssertionError("PostgreSQL does not start again");
        }
    }

    static void signal(String name, long process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process)).inheritIO().start();
        if (!kill.waitFor(10, TimeUnit.SECONDS)) {
            throw new AssertionError("kill hangs");
        }
    }

    /** Ends all connections of PostgreSQL, as its restart does. */
    void cutPostgres() throws Exception {
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
                    + " and backend_type = 'client backend'");
        }
    }

    @Override
    public void close() throws Exception {
        for (ServiceProcess service : started) {
            service.close();
        }
        nats.close();
        postgres.close();
        FileSystemUtils.deleteRecursively(folder);
    }
}
